// Runs before all else. Styles and scripts are put to work when the frame of the page can be seen: one frame later.

requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => {
  for (const name of ["style", "script"]) {
    const made = document.createElement(name);
    made.textContent = document.getElementById(`the-${name}`)?.textContent ?? "";
    document.head.append(made);
  }
})));
