// Runs before all else. Styles and scripts are put to work when the frame of the page has been painted, not merely
// drawn: what runs between the two takes time from the painting. Until then they are comments.

{
  const PATIENCE = 1000; // a page in the background is not painted, and is read all the same
  const begin = () => {
    clearTimeout(timer);
    painted.disconnect();
    for (const name of ["style", "script"]) {
      const made = document.createElement(name);
      const pieces = document.getElementById(`the-${name}`)?.childNodes ?? [];
      made.textContent = Array.from(pieces, (piece) => piece.nodeValue).join("");
      document.head.append(made);
    }
  };
  const timer = setTimeout(begin, PATIENCE);
  const painted = new PerformanceObserver(() => begin());
  painted.observe({ type: "paint", buffered: true });
}
