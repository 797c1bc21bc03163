const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Escapes a text for HTML, between tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => entities[character] as string)
}

/**
 * An HTML page that is complete without scripts. `main` is HTML; `script` is the address of a module; `wide` is for pages
 * with tables.
 */
export function plainPage(page: {
  title: string
  main: string
  stylesheet: string
  script?: string
  wide?: boolean
}): string {
  const { title, main, stylesheet, script, wide = false } = page
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${stylesheet}">${script === undefined ? '' : `\n<script type="module" src="${script}"></script>`}
</head>
<body>
<header class="bar"><div class="bar-inner"><a class="brand" href="/">青山茶舍 <span>Qingshan Tea</span></a></div></header>
<main class="page${wide ? '' : ' narrow'}">
${main}
</main>
</body>
</html>
`
}
