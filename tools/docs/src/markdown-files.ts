import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from './repository.ts'

/** A Markdown file of the repository. */
export interface MarkdownFile {
  /** Relative to the repository. */
  path: string
  text: string
  /** Lines outside of code blocks, with their numbers from 1. */
  lines: { number: number; text: string }[]
}

/** Every Markdown file that belongs to the repository. */
export function markdownFiles(): MarkdownFile[] {
  const paths = globSync(['*.md', '{apps,docs,examples,infra,packages,patches,services,tools}/**/*.md'], {
    cwd: repositoryRoot,
    exclude: path => /(^|\/)(node_modules|\.local|\.venv)$/.test(path),
  })
  return paths.filter(path => !path.includes('node_modules')).map(readMarkdown)
}

function readMarkdown(path: string): MarkdownFile {
  const text = readFileSync(join(repositoryRoot, path), 'utf8')
  let isCode = false
  const lines = text.split('\n').flatMap((line, index) => {
    const isFence = /^\s*(```|~~~)/.test(line)
    if (isFence) isCode = !isCode
    return isCode || isFence ? [] : [{ number: index + 1, text: line }]
  })
  return { path, text, lines }
}

/** The anchors of a file's headings, as GitHub makes them. */
export function anchorsOf({ lines }: MarkdownFile): Set<string> {
  const anchors = new Set<string>()
  for (const { text } of lines) {
    const heading = /^#{1,6}\s+(.*?)\s*$/.exec(text)?.[1]
    if (heading === undefined) continue
    const words = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-')
    let anchor = words
    for (let count = 1; anchors.has(anchor); count++) anchor = `${words}-${count}`
    anchors.add(anchor)
  }
  return anchors
}

/** The targets of all links and images of a file, with their lines. */
export function linksOf({ lines }: MarkdownFile): { number: number; target: string }[] {
  return lines.flatMap(({ number, text }) => {
    const plain = text.replaceAll(/`[^`]*`/g, code => (/\]\(/.test(code) ? '' : code))
    return [...plain.matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)].map(([, target]) => ({
      number,
      target: target as string,
    }))
  })
}
