import { type Expression, parseExpression, type Selector } from './parse.ts'
import { keyOf, type Labels, matchesAll, type Sample, type SampleStore } from './samples.ts'

/** A number, or a value for each series. */
type Value = number | readonly Sample[]

export interface Evaluation {
  readonly store: SampleStore
  /** The time at which the expression is evaluated, s since 1970. */
  readonly atS: number
  /** Recording rules: a selector of such a name gives what its expression gives at the time. */
  readonly recorded?: ReadonlyMap<string, readonly { expr: string; labels: Labels }[]>
  /** The window that replaces the one of a range selector, s. */
  readonly windowOf?: (rangeS: number) => number
}

/**
 * The value of an expression at a moment, as Prometheus computes it: series with their values, or a number.
 *
 * @throws Error naming a function or an operator that is not supported
 */
export function evaluate(expression: Expression, evaluation: Evaluation): Value {
  switch (expression.kind) {
    case 'number':
      return expression.value
    case 'selector':
      return select(expression, evaluation)
    case 'call':
      return call(expression.name, expression.args, evaluation)
    case 'aggregate':
      return aggregate(expression.op, expression.by, vectorOf(evaluate(expression.arg, evaluation)))
    case 'binary': {
      const [left, right] = [evaluate(expression.left, evaluation), evaluate(expression.right, evaluation)]
      return binary(expression.op, left, right, expression.on)
    }
  }
}

/** The series that an alert's expression gives at a moment: with any, the alert is raised. */
export function raisedBy(expr: string, evaluation: Evaluation): readonly Sample[] {
  return vectorOf(evaluate(parseExpression(expr), evaluation))
}

function vectorOf(value: Value): readonly Sample[] {
  if (typeof value === 'number') throw new Error('series are expected, not a number')
  return value
}

function select({ name, matchers, rangeS }: Selector, evaluation: Evaluation): readonly Sample[] {
  if (rangeS !== undefined) throw new Error(`a range of ${name} has no value of its own`)
  const rules = evaluation.recorded?.get(name)
  if (!rules) return evaluation.store.valuesAt(name, matchers, evaluation.atS)
  return rules
    .flatMap(({ expr, labels }) =>
      raisedBy(expr, evaluation).map(sample => ({ ...sample, name, labels: { ...sample.labels, ...labels } })),
    )
    .filter(({ labels }) => matchesAll(labels, matchers))
}

function call(name: string, args: readonly Expression[], evaluation: Evaluation): Value {
  const [arg] = args
  switch (name) {
    case 'time':
      return evaluation.atS
    case 'rate':
    case 'increase':
      return increases(arg as Selector, name, evaluation)
    case 'abs':
      return vectorOf(evaluate(arg as Expression, evaluation)).map(one => withoutName(one, Math.abs(one.value)))
    case 'absent':
      return absent(arg as Expression, evaluation)
    default:
      throw new Error(`the function ${name} is not supported`)
  }
}

/** One series with the labels of the equality matchers, if nothing is selected. */
function absent(arg: Expression, evaluation: Evaluation): readonly Sample[] {
  if (vectorOf(evaluate(arg, evaluation)).length > 0) return []
  const matchers = arg.kind === 'selector' ? arg.matchers.filter(({ op }) => op === '=') : []
  return [{ name: '', labels: Object.fromEntries(matchers.map(({ label, value }) => [label, value])), value: 1 }]
}

function increases(selector: Selector, as: 'rate' | 'increase', evaluation: Evaluation): readonly Sample[] {
  const { name, matchers, rangeS: given } = selector
  if (given === undefined) throw new Error(`${as} needs a range`)
  const rangeS = evaluation.windowOf?.(given) ?? given
  const { atS } = evaluation
  return evaluation.store.pointsWithin(name, matchers, { atS, rangeS }).flatMap(({ labels, points }) => {
    const increase = increaseOf(points, { atS, rangeS })
    return increase === undefined ? [] : [{ name: '', labels, value: as === 'rate' ? increase / rangeS : increase }]
  })
}

/** The increase of a counter over a window, extrapolated to its ends as Prometheus does (`extrapolatedRate`). */
function increaseOf(
  points: readonly { atS: number; value: number }[],
  { atS, rangeS }: { atS: number; rangeS: number },
): number | undefined {
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last || points.length < 2) return undefined
  let increase = last.value - first.value
  for (const [index, { value }] of points.slice(1).entries()) {
    const before = points[index]?.value ?? 0
    // A smaller value is a new process, which counted from 0.
    if (value < before) increase += before
  }
  const sampledS = last.atS - first.atS
  const betweenS = sampledS / (points.length - 1)
  let startS = first.atS - (atS - rangeS)
  // A counter was not below 0.
  if (increase > 0 && first.value >= 0) startS = Math.min(startS, sampledS * (first.value / increase))
  const edge = (gapS: number) => (gapS < betweenS * 1.1 ? gapS : betweenS / 2)
  return increase * ((sampledS + edge(startS) + edge(atS - last.atS)) / sampledS)
}

function aggregate(op: string, by: readonly string[], samples: readonly Sample[]): readonly Sample[] {
  const groups = Map.groupBy(samples, ({ labels }) => keyOf(only(labels, by)))
  return [...groups.values()].map(group => {
    const values = group.map(({ value }) => value)
    return { name: '', labels: only((group[0] as Sample).labels, by), value: combine(op, values) }
  })
}

function combine(op: string, values: readonly number[]): number {
  switch (op) {
    case 'sum':
      return values.reduce((sum, value) => sum + value, 0)
    case 'max':
      return Math.max(...values)
    case 'min':
      return Math.min(...values)
    case 'count':
      return values.length
    default:
      throw new Error(`the aggregation ${op} is not supported`)
  }
}

const arithmetic: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
}
const comparisons: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '>': (left, right) => left > right,
  '<': (left, right) => left < right,
  '>=': (left, right) => left >= right,
  '<=': (left, right) => left <= right,
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
}

function binary(op: string, left: Value, right: Value, on: readonly string[] | undefined): Value {
  if (op === 'and' || op === 'or' || op === 'unless') return setOperation(op, vectorOf(left), vectorOf(right), on)
  const [compute, compare] = [arithmetic[op], comparisons[op]]
  if (typeof left === 'number' && typeof right === 'number') {
    if (!compute) throw new Error(`two numbers are not compared by ${op} here`)
    return compute(left, right)
  }
  if (typeof left !== 'number' && typeof right !== 'number') return matched(op, left, right, on)
  const samples = typeof left === 'number' ? vectorOf(right) : left
  const sides = (value: number): [number, number] =>
    typeof left === 'number' ? [left, value] : [value, right as number]
  if (compute) return samples.map(one => withoutName(one, compute(...sides(one.value))))
  if (compare) return samples.filter(({ value }) => compare(...sides(value)))
  throw new Error(`the operator ${op} is not supported`)
}

/** Series of both sides with the same labels, one of each. */
function matched(op: string, left: readonly Sample[], right: readonly Sample[], on?: readonly string[]): Sample[] {
  const [compute, compare] = [arithmetic[op], comparisons[op]]
  const signature = ({ labels }: Sample) => keyOf(on ? only(labels, on) : labels)
  const others = new Map(right.map(one => [signature(one), one]))
  if (others.size < right.length || new Set(left.map(signature)).size < left.length) {
    throw new Error(`several series of one side of ${op} match one of the other`)
  }
  return left.flatMap((one): Sample[] => {
    const other = others.get(signature(one))
    if (!other) return []
    const labels = on ? only(one.labels, on) : one.labels
    if (compute) return [{ name: '', labels, value: compute(one.value, other.value) }]
    return compare?.(one.value, other.value) ? [{ ...one, labels }] : []
  })
}

function setOperation(
  op: 'and' | 'or' | 'unless',
  left: readonly Sample[],
  right: readonly Sample[],
  on: readonly string[] | undefined,
): readonly Sample[] {
  const signature = ({ labels }: Sample) => keyOf(on ? only(labels, on) : labels)
  if (op === 'or') {
    const taken = new Set(left.map(signature))
    return [...left, ...right.filter(one => !taken.has(signature(one)))]
  }
  const others = new Set(right.map(signature))
  return left.filter(one => others.has(signature(one)) === (op === 'and'))
}

const only = (labels: Labels, names: readonly string[]): Labels =>
  Object.fromEntries(names.flatMap(name => (labels[name] ? [[name, labels[name]]] : [])))

const withoutName = ({ labels }: Sample, value: number): Sample => ({ name: '', labels, value })
