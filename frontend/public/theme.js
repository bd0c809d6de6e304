// Runs before anything is painted, so that a chosen theme does not flash in the system's colours first.
try {
  const chosen = localStorage.getItem('headgate-theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // Storage is blocked: the system's theme it is.
}
