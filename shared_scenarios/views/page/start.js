// Runs before all else. Styles and scripts are put to work when the frame of the page has been painted, not merely
// drawn: what runs between the two takes time from the painting.

{
  const PATIENCE = 1000; // a page in the background is not painted, and is read all the same
  const begin = () => {
    clearTimeout(timer);
    painted.disconnect();
    for (const name of ["style", "script"]) {
      const made = document.createElement(name);
      made.textContent = document.getElementById(`the-${name}`)?.textContent ?? "";
      document.head.append(made);
    }
  };
  const timer = setTimeout(begin, PATIENCE);
  const painted = new PerformanceObserver(() => begin());
  painted.observe({ type: "paint", buffered: true });
}
