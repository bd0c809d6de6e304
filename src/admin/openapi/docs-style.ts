/** How the page of the API looks, in the dashboard's colours. A file of its own, because the page's policy allows no style inside it. */
export const DOCS_STYLE = `:root {
  color-scheme: light dark;
  font: 15px/1.55 system-ui, sans-serif;
  background: light-dark(#fafafa, #101114);
  color: light-dark(#1b1d22, #e9eaee);
  --line: light-dark(#e2e3e8, #2a2c33);
  --card: light-dark(#fff, #17181c);
  --quiet: light-dark(#595d69, #a2a6b3);
  --link: light-dark(#2f52c8, #93adff);
  scroll-padding-top: 1rem;
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1rem 4rem; overflow-wrap: anywhere; }
header { max-width: 46rem; margin-bottom: 2rem; }
h1 { margin: 0 0 0.5rem; font-size: 1.6rem; line-height: 1.25; }
h2 { margin: 2.5rem 0 0.75rem; font-size: 1.2rem; }
h3 { margin: 0 0 0.5rem; font-size: 1rem; }
h4 { margin: 1rem 0 0.35rem; font-size: 0.85rem; color: var(--quiet); }
p { margin: 0.35rem 0; }
a { color: var(--link); }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
code { font: 0.88em/1.5 ui-monospace, monospace; }
nav h2 { margin: 1rem 0 0.25rem; font-size: 0.85rem; color: var(--quiet); }
nav ul { list-style: none; margin: 0; padding: 0; }
nav a { display: block; padding: 0.25rem 0; text-decoration: none; font-size: 0.85rem; }
nav a:hover { text-decoration: underline; }
nav b { display: inline-block; min-width: 4.7em; color: var(--quiet); font-size: 0.75rem; }
article { margin: 0 0 1rem; padding: 1rem; border: 1px solid var(--line); border-radius: 0.75rem; background: var(--card); }
article:target { border-color: var(--link); }
dl { margin: 0; }
dt { padding-top: 0.5rem; border-top: 1px solid var(--line); font-weight: 600; }
dt b { font-size: 0.75rem; font-weight: 600; color: var(--quiet); }
dd { margin: 0 0 0.5rem; }
dd span { color: var(--quiet); margin-right: 0.35rem; }
.method { display: inline-block; padding: 0 0.5em; border: 1px solid; border-radius: 0.4rem; font-size: 0.8rem; }
.get { color: light-dark(#1d6b3f, #7fd6a2); }
.post { color: light-dark(#2f52c8, #93adff); }
.put, .patch { color: light-dark(#8a4b00, #f0b46a); }
.delete { color: light-dark(#b3261e, #ff9d94); }
@media (min-width: 62rem) {
  body { display: grid; grid-template-columns: 19rem minmax(0, 1fr); column-gap: 2.5rem; }
  header { grid-column: 1 / -1; }
  nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding-bottom: 2rem; }
  main section:first-child h2 { margin-top: 1rem; }
  dl { display: grid; grid-template-columns: minmax(0, 16rem) minmax(0, 1fr); }
  dt, dd { border-top: 1px solid var(--line); margin: 0; padding: 0.45rem 0.75rem 0.45rem 0; }
}
`;
