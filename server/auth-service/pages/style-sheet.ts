/**
 * The style of every page: a sheet of paper with a question on one side and what there is to do on the other, one
 * below the other where there is little room. No picture, no font and no script is loaded; what moves, moves once and
 * only for those who don't mind; with forced colours the borders are still there.
 */
export const STYLE_SHEET = `
:root {
  color-scheme: light dark;
  --paper: #f3f1ea;
  --sheet: #fffefb;
  --ink: #1b211d;
  --soft: #58615b;
  --line: #e2dfd5;
  --edge: #868c85;
  --accent: #1d5a4a;
  --accent-hover: #164639;
  --on-accent: #ffffff;
  --wash: #e8f0ea;
  --alert: #93301f;
  --alert-wash: #fbece6;
  --panel: #17463a;
  --on-panel: #f4f7f1;
  --soft-on-panel: #bdd4c8;
  --rings: repeating-radial-gradient(circle at 100% 100%, transparent 0 2.5rem, rgb(255 255 255 / 5%) 2.5rem 2.5625rem);
  --shadow: 0 1px 1px rgb(40 50 40 / 4%), 0 18px 50px -18px rgb(40 50 40 / 18%);
}

@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0f1311;
    --sheet: #171c19;
    --ink: #ecefea;
    --soft: #a5afa8;
    --line: #2a312c;
    --edge: #6f7a72;
    --accent: #93d6bd;
    --accent-hover: #b1e4d0;
    --on-accent: #0b2019;
    --wash: #1f2b26;
    --alert: #f4ab96;
    --alert-wash: #33211b;
    --panel: #16322a;
    --on-panel: #eef4ef;
    --soft-on-panel: #a9c4b8;
    --shadow: none;
  }
}

*, *::before, *::after { box-sizing: border-box; }

html {
  font: 100%/1.5 -apple-system, BlinkMacSystemFont, "Segoe UI Variable Text", "Segoe UI", Roboto, "Noto Sans", Cantarell,
    Ubuntu, "Liberation Sans", Arial, sans-serif;
  -webkit-text-size-adjust: 100%;
  text-size-adjust: 100%;
}

body {
  min-height: 100vh;
  min-height: 100dvh;
  margin: 0;
  background: var(--sheet);
  color: var(--ink);
  overflow-wrap: anywhere;
}

h1, h2, p, ul { margin: 0; }
h1 { font-size: 1.75rem; line-height: 1.15; font-weight: 600; letter-spacing: -0.02em; text-wrap: balance; }
h2 { font-size: 1rem; line-height: 1.4; font-weight: 600; }
code, .address { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.92em; }

.icon { flex: none; width: 1.5rem; height: 1.5rem; fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }

.about {
  padding: 1.25rem 1.25rem 1.75rem;
  background: var(--panel) var(--rings) 100% 0 no-repeat;
  color: var(--on-panel);
}
.host { display: flex; align-items: center; gap: 0.5rem; color: var(--soft-on-panel); font-size: 0.875rem; }
.picture { display: flex; align-items: center; margin-top: 2rem; }
.picture + h1, .host + h1 { margin-top: 1.25rem; }
.lead { margin-top: 0.625rem; color: var(--soft-on-panel); font-size: 1.0625rem; text-wrap: pretty; }
.lead .name { color: var(--on-panel); font-weight: 600; }
.task { display: grid; gap: 1.5rem; align-content: center; padding: 1.75rem 1.25rem 1.5rem; }
.notes { padding: 0 1.25rem 2rem; color: var(--soft); font-size: 0.875rem; text-wrap: pretty; }

.tile, .avatar { flex: none; display: grid; place-items: center; background: var(--wash); color: var(--accent); }
.avatar { width: 2.5rem; height: 2.5rem; border-radius: 50%; font-weight: 600; }
.picture .tile, .picture .avatar { width: 3.5rem; height: 3.5rem; background: var(--on-panel); color: var(--panel); }
.picture .tile { border-radius: 1.125rem; }
.picture .tile .icon { width: 1.875rem; height: 1.875rem; }
.picture .avatar { font-size: 1.5rem; font-weight: 500; }
.link { width: 2.75rem; margin-inline: 0.625rem; border-top: 0.1875rem dotted var(--soft-on-panel); }

form { display: grid; gap: 1.5rem; }
.field { display: grid; gap: 0.375rem; }
label { font-size: 0.9375rem; font-weight: 600; }
input {
  width: 100%;
  min-height: 3rem;
  padding: 0.625rem 0.875rem;
  border: 1px solid var(--edge);
  border-radius: 0.75rem;
  background: transparent;
  color: inherit;
  font: inherit;
}
input[aria-invalid] { border-color: var(--alert); }

button, .button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  min-height: 3rem;
  padding: 0.625rem 0.75rem;
  border: 1px solid var(--edge);
  border-radius: 0.75rem;
  background: transparent;
  color: inherit;
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}
button:hover, .button:hover { background: var(--wash); }
.primary { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
.primary:hover { border-color: var(--accent-hover); background: var(--accent-hover); }
.wide { width: 100%; }
.quiet { min-height: 2.75rem; padding: 0.25rem 0; border-color: transparent; color: var(--accent); font-size: 0.9375rem; text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: 0.25em; }
.quiet:hover { background: transparent; text-decoration-thickness: 2px; }
.choice { display: grid; grid-template-columns: repeat(2, minmax(max-content, 1fr)); gap: 0.75rem; }

:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }

.person { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.75rem; padding: 0.75rem 1rem; border: 1px solid var(--line); border-radius: 1rem; }
.account-name { display: grid; flex: 1 1 8rem; line-height: 1.35; }
.account-name .name { font-weight: 600; }
.account-name .username { color: var(--soft); font-size: 0.9375rem; }

.wishes { display: grid; gap: 0.5rem; }
.scopes { padding: 0; list-style: none; }
.scopes li { display: flex; gap: 0.75rem; padding-block: 0.75rem; border-top: 1px solid var(--line); }
.scopes li:first-child { border-top: 0; }
.scopes .icon { color: var(--accent); }
.more { display: block; color: var(--soft); font-size: 0.9375rem; }

.alert, .note { padding: 0.875rem 1rem; border: 1px solid transparent; border-radius: 0.75rem; background: var(--wash); }
.alert { display: flex; gap: 0.75rem; background: var(--alert-wash); color: var(--alert); }
.code { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 1.75rem; line-height: 1.2; font-weight: 600; letter-spacing: 0.12em; text-align: center; }
input.code { text-transform: uppercase; }
.request { display: grid; gap: 0.75rem; padding: 1rem; border-radius: 1rem; background: var(--wash); }
.request dl { display: grid; gap: 0.25rem; margin: 0; font-size: 0.9375rem; }
.request dl div { display: flex; gap: 0.75rem; }
.request dt { flex: 0 0 3rem; color: var(--soft); }
.request dd { margin: 0; }
.ways { display: grid; gap: 0.75rem; }
.ways .button { gap: 0.75rem; }
.monogram { flex: none; display: grid; place-items: center; width: 1.5rem; height: 1.5rem; border: 1px solid currentColor; border-radius: 50%; font-size: 0.8125rem; line-height: 1; }
.or { display: flex; align-items: center; gap: 0.75rem; color: var(--soft); font-size: 0.9375rem; }
.or::before, .or::after { flex: 1; border-top: 1px solid var(--line); content: ""; }
.links { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(12rem, 100%), 1fr)); gap: 0.75rem; }
.links > :last-child:nth-child(odd) { grid-column: 1 / -1; }
.list { display: grid; gap: 0.75rem; }
.entries { padding: 0; list-style: none; }
.entry { padding-block: 0.75rem; border-top: 1px solid var(--line); }
.entry:first-child { border-top: 0; }
.entry .what { display: block; }
.entry .name { font-weight: 600; }
summary { width: max-content; cursor: pointer; }
.older summary { padding-block: 0.75rem; }
.entry details ul { padding-left: 1.25rem; }
.alarming { margin-left: -0.75rem; padding-left: 0.5625rem; border-left: 0.1875rem solid var(--alert); }
.sign-in { display: flex; flex-wrap: wrap; gap: 0.75rem; }
.sign-in .icon, .sign-in > .monogram { color: var(--accent); }
.sign-in > div { flex: 1 1 11rem; }
.sign-in > form { margin-left: auto; }
.end { align-self: start; min-height: 2.75rem; margin-left: auto; padding: 0.25rem 0.875rem; font-size: 0.9375rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.done { display: flex; gap: 0.75rem; }
.advice { display: grid; gap: 0.375rem; }
.small { color: var(--soft); font-size: 0.875rem; }

@media (min-width: 46rem) {
  body { display: grid; place-items: center; padding: 2.5rem; background: var(--paper); }
  .sheet {
    display: grid;
    grid-template: auto 1fr / minmax(0, 5fr) minmax(0, 6fr);
    width: 100%;
    max-width: 60rem;
    min-height: 34rem;
    padding: 0.75rem;
    border: 1px solid var(--line);
    border-radius: 2rem;
    background: var(--sheet);
    box-shadow: var(--shadow);
  }
  .sheet::before {
    grid-area: 1 / 1 / 3 / 2;
    border-radius: 1.25rem;
    background: var(--panel) var(--rings) 100% 100% no-repeat;
    content: "";
  }
  .about { grid-area: 1 / 1; padding: 2.25rem 2.25rem 2rem; background: none; }
  .notes { grid-area: 2 / 1; align-self: end; padding: 0 2.25rem 2.25rem; color: var(--soft-on-panel); }
  .task { grid-area: 1 / 2 / 3 / 3; padding: 2.25rem 2.25rem 2.25rem 3rem; }
  .picture { margin-top: 3.5rem; }
  h1 { font-size: 2.25rem; }
}

@media (prefers-reduced-motion: no-preference) {
  .sheet { animation: appear 240ms ease-out; }
  button, .button { transition: background-color 120ms; }
  @keyframes appear { from { opacity: 0; transform: translateY(0.375rem); } }
}

@media (forced-colors: active) {
  .tile, .avatar, .alert, .note, .request, .primary { border: 1px solid; }
  .quiet { padding-inline: 0.75rem; }
}
`
