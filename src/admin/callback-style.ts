/** How the return page looks. A file of its own, because the page's policy allows no style inside it; in the dashboard's colours. */
export const CALLBACK_STYLE = `:root {
  color-scheme: light dark;
  font: 15px/1.5 system-ui, sans-serif;
  background: light-dark(#fafafa, #101114);
  color: light-dark(#1b1d22, #e9eaee);
}
body { margin: 0; display: grid; min-height: 100vh; place-items: center; }
main {
  box-sizing: border-box;
  width: min(34rem, calc(100vw - 2rem));
  padding: 1.5rem;
  border: 1px solid light-dark(#e2e3e8, #2a2c33);
  border-radius: 0.75rem;
  background: light-dark(#fff, #17181c);
}
h1 { margin: 0 0 0.5rem; font-size: 1.25rem; }
a { color: light-dark(#2f52c8, #93adff); }
code { overflow-wrap: anywhere; }
textarea {
  box-sizing: border-box;
  width: 100%;
  padding: 0.5rem;
  border: 1px solid light-dark(#c9cbd3, #3b3e47);
  border-radius: 0.5rem;
  background: transparent;
  color: inherit;
  font: 13px/1.5 ui-monospace, monospace;
}
`;
