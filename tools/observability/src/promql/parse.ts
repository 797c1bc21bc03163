import { parser } from '@prometheus-io/lezer-promql'

export interface Matcher {
  readonly label: string
  readonly op: '=' | '!=' | '=~' | '!~'
  readonly value: string
}

export interface Selector {
  readonly kind: 'selector'
  readonly name: string
  readonly matchers: readonly Matcher[]
  /** Of a range selector, s. */
  readonly rangeS?: number
}

/** An expression in PromQL: the part of the language that this system's rules and dashboards are written in. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | Selector
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | {
      readonly kind: 'aggregate'
      readonly op: string
      readonly by: readonly string[]
      readonly arg: Expression
    }
  | {
      readonly kind: 'binary'
      readonly op: string
      readonly left: Expression
      readonly right: Expression
      /** The labels of `on (…)`; undefined without it. */
      readonly on?: readonly string[]
    }

type Tree = ReturnType<typeof parser.parse>['topNode']

/**
 * Parses an expression. Grafana's `$__rate_interval` counts as five minutes.
 *
 * @throws Error naming what is no PromQL, or outside of the part that is used here
 */
export function parseExpression(given: string): Expression {
  const text = given.replaceAll('$__rate_interval', '5m')
  const read = createReader(text)
  const tree = parser.parse(text)
  const [expression, ...others] = childrenOf(tree.topNode)
  if (!expression || others.length > 0 || hasError(tree.topNode)) throw new Error(`no expression: ${text}`)
  return read(expression)
}

/**
 * The expression with a further matcher, `label="value"`, in each of its selectors.
 *
 * @throws Error where it is no PromQL
 */
export function withMatcher(text: string, { label, value }: Pick<Matcher, 'label' | 'value'>): string {
  const tree = parser.parse(text)
  if (hasError(tree.topNode)) throw new Error(`no expression: ${text}`)
  const matcher = `${label}=${JSON.stringify(value)}`
  const insertions = descendantsOf(tree.topNode)
    .filter(({ name }) => name === 'VectorSelector')
    .map(selector => {
      const matchers = selector.getChild('LabelMatchers')
      const isEmpty = matchers?.firstChild === null
      if (matchers) return { at: matchers.from + 1, text: isEmpty ? matcher : `${matcher},` }
      return { at: selector.to, text: `{${matcher}}` }
    })
  // From the end, so that an insertion does not move the places of those that are left.
  return insertions
    .sort((a, b) => b.at - a.at)
    .reduce((done, { at, text: added }) => done.slice(0, at) + added + done.slice(at), text)
}

const descendantsOf = (node: Tree): Tree[] => [node, ...childrenOf(node).flatMap(descendantsOf)]

function createReader(text: string): (node: Tree) => Expression {
  const textOf = (node: Tree | null | undefined) => (node ? text.slice(node.from, node.to) : '')
  const unsupported = (node: Tree) => new Error(`${node.name} is not supported: "${textOf(node)}" in ${text}`)
  const labelsOf = (node: Tree | null) => (node ? childrenOf(node).map(textOf) : [])

  function readSelector(node: Tree): Selector {
    const matchers = node.getChild('LabelMatchers')
    return {
      kind: 'selector',
      name: textOf(node.getChild('Identifier')),
      matchers: (matchers ? childrenOf(matchers) : []).map(matcher => {
        if (matcher.name !== 'UnquotedLabelMatcher') throw unsupported(matcher)
        return {
          label: textOf(matcher.getChild('LabelName')),
          op: textOf(matcher.getChild('MatchOp')) as Matcher['op'],
          value: JSON.parse(textOf(matcher.getChild('StringLiteral'))) as string,
        }
      }),
    }
  }

  function readBinary(node: Tree): Expression {
    const parts = childrenOf(node)
    const [left, operator, right] = [parts[0], parts[1], parts.at(-1)] as [Tree, Tree, Tree]
    const modifiers = parts.slice(2, -1)
    const clause = modifiers[0]
    if (!clause) return { kind: 'binary', op: textOf(operator), left: read(left), right: read(right) }
    const isOn = modifiers.length === 1 && clause.name === 'MatchingModifierClause' && clause.getChild('On')
    if (!isOn || clause.getChild('GroupLeft') || clause.getChild('GroupRight')) throw unsupported(clause)
    const on = labelsOf(clause.getChild('GroupingLabels'))
    return { kind: 'binary', op: textOf(operator), left: read(left), right: read(right), on }
  }

  function readAggregate(node: Tree): Expression {
    const modifier = node.getChild('AggregateModifier')
    if (modifier && !modifier.getChild('By')) throw unsupported(modifier)
    const args = argsOf(node)
    const [arg] = args
    if (!arg || args.length > 1) throw unsupported(node)
    const by = labelsOf(modifier?.getChild('GroupingLabels') ?? null)
    return { kind: 'aggregate', op: textOf(node.getChild('AggregateOp')), by, arg }
  }

  function argsOf(node: Tree): Expression[] {
    const body = node.getChild('FunctionCallBody')
    return body ? childrenOf(body).map(read) : []
  }

  function read(node: Tree): Expression {
    switch (node.name) {
      case 'NumberDurationLiteral':
        return { kind: 'number', value: Number(textOf(node)) }
      case 'VectorSelector':
        return readSelector(node)
      case 'MatrixSelector':
        return {
          ...readSelector(node.getChild('VectorSelector') as Tree),
          rangeS: secondsOf(textOf(node.getChild('DurationExpr'))),
        }
      case 'ParenExpr':
        return read(childrenOf(node)[0] as Tree)
      case 'FunctionCall':
        return { kind: 'call', name: textOf(node.getChild('FunctionIdentifier')), args: argsOf(node) }
      case 'AggregateExpr':
        return readAggregate(node)
      case 'BinaryExpr':
        return readBinary(node)
      default:
        throw unsupported(node)
    }
  }
  return read
}

const hasError = (node: Tree): boolean => node.type.isError || childrenOf(node).some(hasError)

function childrenOf(node: Tree): Tree[] {
  const children: Tree[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child)
  return children
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 }

function secondsOf(duration: string): number {
  const [, number, unit = ''] = /^(\d+)([smhd])$/.exec(duration) ?? []
  const seconds = Number(number) * (unitSeconds[unit] ?? Number.NaN)
  if (Number.isNaN(seconds)) throw new Error(`"${duration}" is no duration that is used here`)
  return seconds
}

/** Every selector in an expression. */
export function selectorsOf(expression: Expression): Selector[] {
  switch (expression.kind) {
    case 'number':
      return []
    case 'selector':
      return [expression]
    case 'call':
      return expression.args.flatMap(selectorsOf)
    case 'aggregate':
      return selectorsOf(expression.arg)
    case 'binary':
      return [...selectorsOf(expression.left), ...selectorsOf(expression.right)]
  }
}

/** Every label by which an expression groups or matches series. */
export function groupingLabelsOf(expression: Expression): string[] {
  switch (expression.kind) {
    case 'call':
      return expression.args.flatMap(groupingLabelsOf)
    case 'aggregate':
      return [...expression.by, ...groupingLabelsOf(expression.arg)]
    case 'binary':
      return [...(expression.on ?? []), ...groupingLabelsOf(expression.left), ...groupingLabelsOf(expression.right)]
    default:
      return []
  }
}
