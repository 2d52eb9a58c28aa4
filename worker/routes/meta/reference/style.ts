/** The look of the reference page, in light and dark. */
export const STYLE = `
:root {
  --ink: #14181f; --soft: #5b6472; --line: #e3e6eb; --ground: #fff; --panel: #f6f7f9; --accent: #d4381f;
  --code-ground: #12161d; --code-ink: #dfe5ee;
  --get: #1f6feb; --post: #1a7f4b; --put: #9a6700; --delete: #c3262e;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6e9ee; --soft: #98a2b1; --line: #262c36; --ground: #0e1116; --panel: #151a21; --accent: #ff6f52;
    --code-ground: #070a0e; --get: #58a6ff; --post: #4cc38a; --put: #e2b04a; --delete: #ff7b72;
  }
}
* { box-sizing: border-box; scrollbar-width: thin; }
html { scroll-behavior: smooth; scroll-padding-top: 1.5rem; }
body {
  margin: 0; display: grid; grid-template-columns: 21.5rem minmax(0, 1fr);
  font: 15px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: var(--ink); background: var(--ground);
}
a { color: inherit; }
code, pre { font: 13px/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
nav {
  position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.5rem 1rem;
  border-right: 1px solid var(--line); background: var(--panel);
}
nav .brand { font-size: 1.15rem; font-weight: 700; text-decoration: none; }
nav .brand small { color: var(--accent); font-weight: 600; }
nav h2 {
  margin: 1.5rem 0 .35rem; font-size: .72rem; letter-spacing: .08em; text-transform: uppercase; color: var(--soft);
}
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a {
  display: flex; gap: .5rem; align-items: baseline; padding: .22rem .4rem; border-radius: 6px;
  font-size: .85rem; line-height: 1.35; text-decoration: none;
}
nav li code { background: none; border: 0; padding: 0; font-size: .78rem; overflow-wrap: anywhere; }
nav li a:hover { background: var(--line); }
main { padding: 3rem clamp(1.25rem, 4vw, 4rem) 6rem; max-width: 82rem; }
h1 { margin: 0 0 1rem; font-size: 2.2rem; letter-spacing: -.02em; line-height: 1.15; }
.intro { max-width: 46rem; }
.intro table { border-collapse: collapse; margin: 1rem 0; }
.intro td, .intro th { padding: .25rem 1.25rem .25rem 0; border-bottom: 1px solid var(--line); text-align: left; }
:not(pre) > code { background: var(--panel); border: 1px solid var(--line); border-radius: 4px; padding: .05em .3em; }
section > h2 { margin: 4rem 0 0; font-size: 1.5rem; text-transform: capitalize; }
.about { margin: .2rem 0 1rem; color: var(--soft); }
article { padding: 1.75rem 0; border-top: 1px solid var(--line); }
article h3 { margin: 0 0 .3rem; font-size: 1.08rem; }
.address { margin: 0 0 1rem; display: flex; gap: .6rem; align-items: center; flex-wrap: wrap; }
.method {
  flex: none; width: 4.4em; font: 700 .62rem/1.75 ui-monospace, Menlo, Consolas, monospace; text-transform: uppercase;
  text-align: center; border-radius: 4px; border: 1px solid currentColor; color: var(--get);
}
.method.post { color: var(--post); } .method.put { color: var(--put); } .method.delete { color: var(--delete); }
.open, .required {
  font-size: .7rem; padding: 0 .45em; border-radius: 1em; color: var(--soft); border: 1px solid var(--line);
}
.required { color: var(--accent); border-color: currentColor; }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 26rem); gap: 2.5rem; }
.examples { position: sticky; top: 1.5rem; align-self: start; }
h4 {
  margin: 1.2rem 0 .4rem; font-size: .75rem; letter-spacing: .06em; text-transform: uppercase; color: var(--soft);
}
.fields { list-style: none; margin: 0; padding: 0; }
.fields li { padding: .4rem 0; border-top: 1px solid var(--line); }
.fields .fields { padding-left: 1rem; border-left: 2px solid var(--line); }
.fields p { margin: .1rem 0 0; color: var(--soft); font-size: .88rem; }
.answers li { display: flex; flex-wrap: wrap; gap: 0 .6rem; align-items: baseline; }
.answers p { margin: 0; } .answers details { flex-basis: 100%; }
.fields .name { background: none; border: 0; padding: 0; font-weight: 600; }
.type { color: var(--soft); font-size: .8rem; margin: 0 .4rem; overflow-wrap: anywhere; }
.status.s1, .status.s2 { color: var(--post); } .status.s4 { color: var(--put); } .status.s5 { color: var(--delete); }
.choice + .choice { margin-top: .6rem; }
.choice + .choice::before { content: "or"; color: var(--soft); font-size: .8rem; }
summary { cursor: pointer; color: var(--soft); font-size: .85rem; }
summary .name { color: var(--ink); }
pre {
  margin: 0 0 .8rem; padding: .9rem 1rem; max-height: 26rem; overflow: auto; border-radius: 8px;
  background: var(--code-ground); color: var(--code-ink);
}
:target > header h3 { color: var(--accent); }
@media (max-width: 1100px) { .columns { grid-template-columns: minmax(0, 1fr); gap: 1rem; } .examples { position: static; } }
@media (max-width: 760px) {
  body { display: block; }
  nav { position: static; height: auto; max-height: 40vh; border-right: 0; border-bottom: 1px solid var(--line); }
}
`;
