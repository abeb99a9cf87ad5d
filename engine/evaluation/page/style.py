"""How the page looks: the window's colours, dark and light by the reader's system."""

STYLE = """
:root {
  --page: #eceef1; --panel: #f7f8fa; --line: #c6cbd2; --text: #1d2127; --faint: #5b6470;
  --accent: #0b63c5; --good: #1f7a4d; --bad: #b3261e;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #1b1d21; --panel: #22252a; --line: #3a3f47; --text: #e4e6ea; --faint: #9aa1ac;
    --accent: #4da3ff; --good: #56c98a; --bad: #ff6b6b;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 28px 20px 60px; max-width: 1120px;
  background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, "Segoe UI", "Noto Sans", sans-serif;
}
h1 { font-size: 26px; margin: 0 0 4px; }
h2 { font-size: 18px; margin: 0 0 12px; }
section {
  background: var(--panel); border: 1px solid var(--line); border-radius: 10px;
  padding: 18px 20px; margin: 16px 0; overflow-x: auto;
}
.about, .note, .legend, figcaption, .card span { color: var(--faint); font-size: 13px; }
.about { margin: 0; overflow-wrap: anywhere; }
.figures { display: flex; flex-wrap: wrap; gap: 10px; }
.figure {
  border: 1px solid var(--line); border-radius: 8px; padding: 8px 14px; min-width: 96px;
  display: flex; flex-direction: column;
}
.figure b { font-size: 22px; font-variant-numeric: tabular-nums; }
.figure span { color: var(--faint); font-size: 12px; }
.figure:first-child { border-color: var(--accent); }
.figure:first-child b { color: var(--accent); }
.plots { display: flex; flex-wrap: wrap; gap: 20px; }
.plots figure { flex: 1 1 360px; max-width: 540px; }
figure { margin: 0; }
svg { width: 100%; height: auto; display: block; }
.grid { stroke: var(--line); stroke-width: 1; opacity: .5; }
.frame { fill: none; stroke: var(--line); }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; }
text { fill: var(--faint); font-size: 11px; }
text.axis { font-size: 12px; }
text.value { fill: var(--text); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 10px 0 0; }
.legend i, .swatch {
  display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 6px;
}
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 14px; }
th { color: var(--faint); font-weight: 500; text-align: left; }
th, td { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
td.bar { position: relative; min-width: 110px; }
td.bar i {
  position: absolute; left: 0; bottom: 0; height: 3px; background: var(--accent);
  border-radius: 2px; max-width: calc(100% - 12px);
}
.confusion td { text-align: right; padding: 4px 8px; min-width: 44px; }
.confusion th { padding-right: 10px; }
.confusion .up { vertical-align: bottom; padding: 4px; }
.confusion .up span { writing-mode: vertical-rl; transform: rotate(180deg); }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(440px, 1fr)); gap: 16px; }
.card .pair { display: flex; gap: 6px; margin-top: 4px; }
.card .pair div { flex: 1; min-width: 0; }
.card img { width: 100%; border-radius: 6px; display: block; }
.card b { color: var(--text); overflow-wrap: anywhere; }
@media (max-width: 520px) { .cards { grid-template-columns: 1fr; } }
"""
