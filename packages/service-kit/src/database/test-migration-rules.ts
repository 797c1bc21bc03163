interface Rule {
  matches: RegExp
  unless?: RegExp
  instead: string
}

const contractLater = 'nothing yet: remove it when no running version uses it'
const copyInstead = 'an addition, a copy and a later removal'
const stopsOthers = 'nothing: it stops the running version'

const unknownStatement: Rule = { matches: /^/, instead: 'nothing: the check can’t read this statement' }

const unknownAction: Rule = {
  matches: /^/,
  instead:
    'in three steps: expand (add what the new version needs), deploy it, contract (remove what no version uses); ' +
    'this action is not known to be safe while the version before still runs',
}

const name = String.raw`(?:[\w"]+)`
const type = String.raw`(?:(?!(?:small|big)?serial[248]?\b)[\w".]+(?: varying| precision)?(?: ?\([\d, ]+\))?(?: with(?:out)? time zone)?(?:\[\])*)`
/** Values that are stored once for all rows. Texts are empty here, and may have a type: `''::jsonb`. */
const constant = String.raw`(?:-?[\d.]+|true|false|now ?\(\)|current_\w+|''|array\[\])(?:::${type})?`
const parameter = String.raw`(?:toast\.)?(?:fillfactor|toast_tuple_target|parallel_workers|(?:log_)?autovacuum_\w+|vacuum_\w+)`
const listOf = (item: string) => String.raw`\( ?${item}(?: ?, ?${item})* ?\)`

/** Actions of an ALTER TABLE that neither break the running version nor lock a whole table for longer than a moment. */
const safeActions: readonly RegExp[] = [
  `add (?:column )?(?:if not exists )?(?!(?:constraint|check|foreign|unique|primary|exclude|not)\\b)${name} ${type}(?: null| default (?:null|${constant}))*`,
  `add (?:column )?(?:if not exists )?${name} ${type} (?:default ${constant} not null|not null default ${constant})`,
  String.raw`add (?:constraint ${name} )?(?:check|foreign key|not null)\b.* not valid`,
  `add (?:constraint ${name} )?(?:unique|primary key) using index ${name}`,
  `validate constraint ${name}`,
  // A migration that replaces a constraint drops the old one.
  `drop constraint (?:if exists )?${name}`,
  `set ${listOf(`${parameter} ?= ?(?:-?[\\d.]+|\\w+)`)}`,
  `reset ${listOf(parameter)}`,
  `alter (?:column )?${name} set statistics (?:-?\\d+|default)`,
  `alter (?:column )?${name} set (?:storage|compression) \\w+`,
  `alter (?:column )?${name} drop not null`,
  `detach partition ${name} concurrently`,
].map(action => new RegExp(`^${action}$`))

/** What to write instead of other actions. */
const adviceOnActions: Rule[] = [
  {
    matches: /^add (constraint \S+ )?(check|foreign key|not null)\b/,
    instead: 'NOT VALID, and VALIDATE CONSTRAINT in a later migration',
  },
  {
    matches: /^add (constraint \S+ )?(unique|primary key|exclude)\b/,
    instead: 'CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX',
  },
  {
    matches: /^add .*(\b(references|unique|check|primary key|generated)\b|\w*serial\w?\b|\bdefault\b.*\()/,
    instead: 'a plain column; constraints NOT VALID, values by a job in batches',
  },
  { matches: /^add /, instead: 'a nullable column, or one with a constant default' },
  {
    matches: /^alter (column )?\S+ set not null\b/,
    instead: 'CHECK (… IS NOT NULL) NOT VALID, validate it, SET NOT NULL in a later release',
  },
  { matches: /^alter (column )?\S+ (set data )?type\b/, instead: 'a new column, filled in batches' },
  { matches: /^drop |^alter (column )?\S+ drop (default|identity)\b/, instead: contractLater },
  { matches: /^(rename|set schema)\b/, instead: copyInstead },
  { matches: /^detach partition\b/, instead: 'DETACH PARTITION … CONCURRENTLY' },
]

/** For other statements. Those about a `table` are allowed if the same migration creates it, because no version uses it yet. */
const statements: Rule[] = [
  {
    matches: /^create (unique )?index .*?\bon (only )?(?<table>[\w".]+)/,
    unless: /\bconcurrently\b/,
    instead: 'CREATE INDEX CONCURRENTLY, alone in its migration',
  },
  {
    matches: /^(with .*\b)?(update|delete from|truncate( table)?|merge into) (only )?(?<table>[\w".]+)/,
    instead: 'batches, by a job',
  },
  { matches: /^truncate .*,/, instead: stopsOthers },
  { matches: /^insert into (?<table>[\w".]+) .*?\b(select|table|with)\b/, instead: 'batches, by a job' },
  {
    matches: /^create .*\btable .*\bas\b( \w+)? ?\(?(select|table|values|execute|with)\b/,
    instead: 'a job that fills it',
  },
  {
    matches: /^create (or replace )?(constraint )?(trigger|rule|policy) .*?\bon (?<table>[\w".]+)/,
    instead: 'code of the new version: the running version would run it too',
  },
  { matches: /^create event trigger\b/, instead: stopsOthers },
  {
    matches: /^create or replace (function|procedure|aggregate)\b/,
    instead: 'a function with a new name: the running version calls this one',
  },
  { matches: /^refresh materialized view\b/, unless: /\bconcurrently\b/, instead: 'REFRESH … CONCURRENTLY, by a job' },
  {
    matches: /^alter type .*\badd value\b/,
    instead: 'a text column with a CHECK: a new value can’t be used in its transaction',
  },
  {
    matches: /^alter type .*\b(add|drop|alter) attribute\b|^alter domain .*\b(add|set not null|drop)\b/,
    unless: /\bnot valid\b/,
    instead: stopsOthers,
  },
  { matches: /^alter (index|materialized view) (all in|.* set) tablespace\b/, instead: stopsOthers },
  { matches: /^revoke\b/, instead: contractLater },
  { matches: /^(lock|cluster|vacuum\b.*\bfull)\b/, instead: stopsOthers },
  { matches: /^do\b/, instead: 'plain statements: what a block does is not checked' },
  {
    matches: /^drop (?!index\b)/,
    instead: contractLater,
  },
  {
    matches: /^alter (type|domain|view|materialized view|sequence|schema|function) .*\brename\b/,
    instead: copyInstead,
  },
  { matches: /^drop index\b/, unless: /\bconcurrently\b/, instead: 'DROP INDEX CONCURRENTLY, alone in its migration' },
  { matches: /^reindex\b/, unless: /\bconcurrently\b/, instead: 'REINDEX … CONCURRENTLY' },
]

/**
 * What is known to be safe where no rule refuses it. Everything else is refused: what SELECT, CALL or COPY run is not checked,
 * and COMMIT or SET would end the migration's transaction or its limit for locks.
 */
const knownSafe =
  /^(create (unique )?index|create (unlogged )?table|create (temporary |temp )?sequence|create (type|domain|schema|extension|statistics|collation)|create (or replace )?view|create materialized view .*\bwith no data|create (function|procedure|aggregate|trigger|constraint trigger|rule|policy)|alter (index|sequence|statistics|type|domain|view|extension|function)|insert into|update|delete from|truncate|comment on|grant|drop index concurrently|reindex|refresh materialized view concurrently|analyze)\b/

const alterTable = /^alter table (?:if exists )?(?:only )?(?<table>[\w".]+)(?: \*)? (?<rest>.*)/

/** What would break or block the version that still runs; empty for a safe migration. */
export function dangersOf(migration: string): string[] {
  const all = statementsOf(migration)
  const made = new Set(
    all.flatMap(({ text }) => /^create table (?!if not exists)([\w".]+)/.exec(text)?.[1] ?? []).map(plainName),
  )
  const isMade = (table: string | undefined) => table !== undefined && made.has(plainName(table))
  const ruleFor = (text: string): Rule | undefined => {
    const { table, rest } = alterTable.exec(text)?.groups ?? {}
    if (rest === undefined) {
      const refused = statements.find(rule => applies(rule, text, isMade))
      return refused ?? (knownSafe.test(text) ? undefined : unknownStatement)
    }
    if (isMade(table)) return undefined
    const refused = actionsOf(rest).find(action => !safeActions.some(safe => safe.test(action)))
    if (refused === undefined) return undefined
    return adviceOnActions.find(({ matches }) => matches.test(refused)) ?? unknownAction
  }
  const dangers = all.flatMap(({ text, reason }) => {
    const rule = reason ? undefined : ruleFor(text)
    return rule ? [`${text.slice(0, 120)}: write instead ${rule.instead}`] : []
  })
  const added = new Set(all.flatMap(({ text }) => /\badd constraint (\S+) .*\bnot valid\b/.exec(text)?.[1] ?? []))
  const early = all.some(({ text }) => added.has(/\bvalidate constraint (\S+)/.exec(text)?.[1] ?? ''))
  if (early) dangers.push('VALIDATE CONSTRAINT must be in a later migration than its ADD: it would read under its lock')
  const isConcurrent = all.some(({ text }) => /\bconcurrently\b/.test(text))
  return isConcurrent && all.length > 1 ? [...dangers, 'CONCURRENTLY must be alone in its migration'] : dangers
}

function applies({ matches, unless }: Rule, text: string, isMade: (table: string | undefined) => boolean): boolean {
  const found = matches.exec(text)
  return found !== null && !unless?.test(text) && !isMade(found.groups?.table)
}

const plainName = (name: string) => name.replaceAll('"', '').replace(/^public\./, '')

/** The actions of an ALTER TABLE: what commas outside of brackets separate. */
function actionsOf(text: string): string[] {
  const parts = ['']
  let depth = 0
  for (const character of text) {
    if (character === '(') depth++
    if (character === ')') depth--
    if (character === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts.map(part => part.trim())
}

/** What is read as one: a comment, a text, a name in quotes, a text in dollars, the end of a statement. */
const piece =
  /--> statement-breakpoint|--[^\n]*|\/\*.*?\*\/|\be'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"[^"]*"|\$(?<tag>\w*)\$.*?\$\k<tag>\$|./gis

/**
 * Statements in lower case on one line, without comments and without what stands in texts, each with the reason of
 * `-- migration-safe: …` before it, if any.
 */
function statementsOf(migration: string): { text: string; reason: string | undefined }[] {
  const found: { text: string; reason: string | undefined }[] = [{ text: '', reason: undefined }]
  for (const [part] of migration.matchAll(piece)) {
    const current = found.at(-1) as (typeof found)[number]
    if (part === ';' || part.startsWith('-->')) found.push({ text: '', reason: undefined })
    else if (part.startsWith('--')) current.reason ??= /^--[^\S\n]*migration-safe:[^\S\n]*(\S.*)/.exec(part)?.[1]
    else if (part.startsWith('/*')) current.text += ' '
    else if (part.length > 1 && /^e?'/i.test(part)) current.text += "''"
    else if (part.length > 1 && part.startsWith('$')) current.text += '$$'
    else current.text += part.length > 1 ? part.replaceAll(/[^\w"]/g, '_') : part
  }
  return found
    .map(({ text, reason }) => ({ text: text.replaceAll(/\s+/g, ' ').trim().toLowerCase(), reason }))
    .filter(({ text }) => text !== '')
}
