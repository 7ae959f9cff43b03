"""How the report looks: one style sheet, light and dark, without any file from elsewhere."""

STYLE = """
:root { color-scheme: light dark; --ink: #1c2024; --faint: #60656c; --line: #d8dbe0; --paper: #fff; --soft: #f5f6f8;
  --bad: #a8261b; --good: #256b33; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --faint: #a5abb3; --line: #3a3f47; --paper: #17191c;
  --soft: #212429; --bad: #ff8a80; --good: #81c995; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem 1rem 4rem; color: var(--ink); background: var(--paper);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .3rem; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .5rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--faint); font-weight: 600; }
code, .text { font-family: ui-monospace, monospace; font-size: .86rem; overflow-wrap: anywhere; }
.text { white-space: pre-wrap; }
.note { color: var(--faint); margin: .2rem 0; }
.warning { border-left: 3px solid var(--bad); padding-left: .7rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 30rem), 1fr)); gap: 1.2rem; }
figure { margin: 0; } figcaption { color: var(--faint); font-size: .88rem; }
.plots img { width: 100%; height: auto; background: #fff; border: 1px solid var(--line); border-radius: 6px; }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); gap: 1rem; }
.sample { border: 1px solid var(--line); border-radius: 6px; padding: .8rem; background: var(--soft); min-width: 0; }
.sample dt { color: var(--faint); font-size: .8rem; margin-top: .45rem; } .sample dd { margin: 0; }
.sample h4 { margin: 0 0 .4rem; font-size: .92rem; }
.molecules { display: flex; flex-wrap: wrap; gap: .5rem; }
.molecules figure { flex: 1 1 8rem; } .molecules img { width: 100%; background: #fff; border-radius: 4px; }
.bad { color: var(--bad); } .good { color: var(--good); }
"""
