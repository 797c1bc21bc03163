import htm from 'htm'
import type { VNode } from 'preact'
import { h } from 'preact'

type Html = (strings: TemplateStringsArray, ...values: unknown[]) => VNode

/** Tagged template that makes Preact elements: JSX without a build step. */
// The cast is needed because htm's types describe its CommonJS build, while the browser loads the ES module.
export const html = (htm as unknown as { bind: (create: typeof h) => Html }).bind(h)
