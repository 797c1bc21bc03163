/** Names the source of a generated page, so that it is not edited by hand. */
export const generatedNotice = (source: string): string =>
  `<!-- Generated from ${source} by \`npm run docs\`. Do not edit. -->`

/** A Markdown table. Cells may hold any text: pipes and line breaks are escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** A last line shorter than this gets words of the line before it, characters. */
const lastLineMin = 20

/** Breaks a text into lines of at most `width` characters. */
export function wrap(text: string, width = 100): string[] {
  const lines: string[][] = [[]]
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) as string[]
    if (line.length > 0 && [...line, word].join(' ').length > width) lines.push([word])
    else line.push(word)
  }
  const [before = [], last = []] = lines.slice(-2)
  while (lines.length > 1 && last.join(' ').length < lastLineMin && before.length > 1) {
    last.unshift(before.pop() as string)
  }
  return lines.map(line => line.join(' '))
}
