import { createHash } from 'node:crypto'

const STYLE = `
:root{color-scheme:light;--blue:#1677ff;--ink:#1f2329;--soft:#6b7280;--line:#e5e7eb}
*{box-sizing:border-box}
body{margin:0;background:#f2f5f9;color:var(--ink);font:16px/1.5 system-ui,-apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
header{background:var(--blue);color:#fff;padding:14px 20px;font-weight:600}
header small{color:#e6f0ff;font-weight:400;margin-left:8px}
main{max-width:440px;margin:20px auto;background:#fff;border-radius:14px;padding:24px 20px;box-shadow:0 6px 24px #1f23291a;overflow-wrap:anywhere}
h1{font-size:1.05rem;font-weight:500;margin:0;text-align:center}
.amount{font-size:2.6rem;font-weight:700;text-align:center;margin:4px 0}.amount span{font-size:1.4rem;margin-right:4px}
.number,.time,.who{text-align:center;margin:6px 0;font-size:.9rem}
small{color:var(--soft);font-size:.82em}
.time b{display:block;font-variant-numeric:tabular-nums;color:#b45309}
fieldset{border:1px solid var(--line);border-radius:10px;margin:18px 0 6px;padding:6px 14px 10px}
label{display:flex;align-items:center;gap:10px;min-height:44px}
input[type=radio]{width:20px;height:20px;accent-color:var(--blue)}
button{display:block;width:100%;min-height:48px;margin-top:12px;border-radius:10px;font:inherit;cursor:pointer}
button:focus-visible,a:focus-visible{outline:3px solid #91caff;outline-offset:2px}
.main{background:var(--blue);border:0;color:#fff;font-weight:600}.main small{color:#e6f0ff}
.plain{background:#fff;border:1px solid var(--line);color:var(--ink)}
code{background:#f3f4f6;border-radius:6px;padding:2px 6px;font-size:.85em}
footer{text-align:center;color:var(--soft);font-size:.8rem;padding:0 16px 24px}
@media (max-width:480px){main{margin:0;border-radius:0 0 14px 14px}}`

const SCRIPT = `
const moment=document.querySelector('[data-expires]'),left=document.querySelector('[data-left]');
if(moment){const tick=()=>{const s=Math.max(0,Math.floor((Number(moment.dataset.expires)-Date.now())/1000));
const d=Math.floor(s/86400),p=n=>String(n).padStart(2,'0');
left.textContent=s?'剩余 '+(d?d+' 天 ':'')+p(Math.floor(s%86400/3600))+':'+p(Math.floor(s%3600/60))+':'+p(s%60):'已超时 · Time is up'};
tick();setInterval(tick,1000)}`

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/**
 * Allows only the page's own style and script. Forms may lead to any address, because paying ends at the merchant's
 * address. A merchant may frame the page, which is the purpose of `qr_pay_mode`.
 */
export const PAGE_POLICY = `default-src 'none'; img-src data:; style-src ${hashOf(STYLE)}; script-src ${hashOf(SCRIPT)}; base-uri 'none'`

/** A whole HTML page around `content`, which is trusted HTML. */
export function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><link rel="icon" href="data:,"><style>${STYLE}</style></head>
<body><header>模拟收银台 <small>Simulated Alipay cashier</small></header>
<main>${content}</main>
<footer>这里没有真钱。 No real money moves here.</footer>
<script>${SCRIPT}</script></body></html>`
}
