// Runs before the page is painted, so that it never flashes in the other theme.
(() => {
  const theme = localStorage.getItem('sensorline.theme');
  if (theme === 'light' || theme === 'dark') {
    document.documentElement.dataset.theme = theme;
  }
})();
