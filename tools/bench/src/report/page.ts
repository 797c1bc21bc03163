/** Around the charts. Light and dark, one column on a phone. */
const style = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6676; --line: #dfe4ea; --paper: #fff; --bar: #b9c6d6; --strong: #1769e0; --mark: #c62828; --good: #18794e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf4; --soft: #9aa6b6; --line: #2c3542; --paper: #12171e; --bar: #46556a; --strong: #6aa5ff; --mark: #ff7b72; --good: #56d39b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1080px; padding: 24px 16px 64px; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 20px; margin: 40px 0 4px; }
p { margin: 4px 0; } .soft { color: var(--soft); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 24px 40px; margin-top: 16px; }
figure { margin: 0; min-width: 0; } figcaption { font-weight: 600; margin-bottom: 8px; }
svg { display: block; overflow: visible; } svg text { font: 13px system-ui, sans-serif; fill: var(--ink); }
svg .value { text-anchor: end; font-variant-numeric: tabular-nums; } svg .tick, svg .axis { fill: var(--soft); font-size: 12px; }
p.axis { color: var(--soft); font-size: 12px; margin: 0 0 14px; }
.grid { stroke: var(--line); } .bar { fill: var(--bar); } .strong { fill: var(--strong); }
line.mark { stroke: var(--mark); stroke-width: 2; stroke-dasharray: 4 3; }
.key { font-size: 13px; color: var(--soft); } .key span { margin-right: 12px; white-space: nowrap; }
.key i { display: inline-block; width: 14px; height: 3px; margin-right: 6px; vertical-align: middle; background: currentColor; }
.key i.mark { background: var(--mark); }
.line { fill: none; stroke-width: 2; vector-effect: non-scaling-stroke; }
.s0 { stroke: #1769e0; } .s1 { stroke: #d9730d; } .s2 { stroke: #18794e; } .s3 { stroke: #a144b8; }
i.s0 { background: #1769e0; } i.s1 { background: #d9730d; } i.s2 { background: #18794e; } i.s3 { background: #a144b8; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; margin-top: 12px; min-width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; } th { color: var(--soft); font-weight: 600; }
td.n { text-align: right; white-space: nowrap; } .met { color: var(--good); } .missed { color: var(--mark); }
details { margin-top: 12px; } pre { overflow-x: auto; font-size: 12px; background: color-mix(in srgb, var(--line) 40%, transparent); padding: 12px; }
`

/** A whole page that needs nothing but itself. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`
}
