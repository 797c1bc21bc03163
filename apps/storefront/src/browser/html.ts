import htm from 'htm'
import type { VNode } from 'preact'
import { h } from 'preact'

type Html = (strings: TemplateStringsArray, ...values: unknown[]) => VNode

/** JSX without a build step: a tagged template that makes Preact elements. */
// htm's types describe its CommonJS form; the browser gets the module.
export const html = (htm as unknown as { bind: (create: typeof h) => Html }).bind(h)
