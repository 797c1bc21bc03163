/** Says where a generated page comes from, so that nobody edits it by hand. */
export const generatedNotice = (source: string): string =>
  `<!-- Generated from ${source} by \`npm run docs\`. Do not edit. -->`

/** A Markdown table. Cells may hold any text: pipes and line breaks are escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Breaks a text into lines of at most `width` characters. The last line is never a single word. */
export function wrap(text: string, width = 100): string[] {
  const lines: string[] = []
  let current: string[] = []
  for (const word of text.split(/\s+/)) {
    if (current.length > 0 && [...current, word].join(' ').length > width) {
      lines.push(current.join(' '))
      current = []
    }
    current.push(word)
  }
  const before = lines.at(-1)?.split(' ')
  if (current.length === 1 && before && before.length > 1) {
    lines[lines.length - 1] = before.slice(0, -1).join(' ')
    current.unshift(before.at(-1) as string)
  }
  return [...lines, current.join(' ')]
}
