interface Rule {
  matches: RegExp
  unless?: RegExp
  instead: string
}

/** Fine on a table that the same migration makes: nobody uses it yet. `$` is the table's name. */
const onExistingTables: Rule[] = [
  {
    matches: /^create (unique )?index .*?\bon (only )?(?<table>[\w".]+)/,
    unless: /\bconcurrently\b/,
    instead: 'CREATE INDEX CONCURRENTLY, alone in its migration',
  },
  {
    matches: /^alter table (?<table>[\w".]+) .*\badd (constraint \S+ )?(check|foreign key)\b/,
    unless: /\bnot valid\b/,
    instead: 'NOT VALID, and VALIDATE CONSTRAINT in a later migration',
  },
  {
    matches: /^alter table (?<table>[\w".]+) .*\badd (constraint \S+ )?(unique|primary key|exclude)\b/,
    unless: /\busing index\b/,
    instead: 'CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX',
  },
  {
    matches: /^alter table (?<table>[\w".]+) .*\badd column .*\bnot null\b/,
    unless: /\bdefault\b/,
    instead: 'a nullable column, or one with a constant default',
  },
  {
    matches:
      /^alter table (?<table>[\w".]+) .*\badd column .*(\breferences\b|\bunique\b|\bcheck\b|\w*serial\b|_uuid\(|clock_timestamp\(|random\()/,
    instead: 'a plain column; constraints NOT VALID, values by a job in batches',
  },
  {
    matches: /^alter table (?<table>[\w".]+) .*\bset not null\b/,
    instead: 'CHECK (… IS NOT NULL) NOT VALID, validate it, SET NOT NULL in a later release',
  },
  { matches: /^alter table (?<table>[\w".]+) .*\b(set data )?type\b/, instead: 'a new column, filled in batches' },
  {
    matches: /^alter table (?<table>[\w".]+) .*\bdrop (column|default)\b/,
    instead: 'nothing yet: remove it when no running version uses it',
  },
  { matches: /^alter table (?<table>[\w".]+) .*\brename\b/, instead: 'an addition, a copy and a later removal' },
  { matches: /^(update|delete from|truncate( table)?) (only )?(?<table>[\w".]+)/, instead: 'batches, by a job' },
  {
    matches: /^(lock table|lock|cluster|vacuum full) (?<table>[\w".]+)/,
    instead: 'nothing: it stops the running version',
  },
]

const anywhere: Rule[] = [
  { matches: /^drop (table|view|type|schema)\b/, instead: 'nothing yet: remove it when no running version uses it' },
  { matches: /^drop index\b/, unless: /\bconcurrently\b/, instead: 'DROP INDEX CONCURRENTLY, alone in its migration' },
  { matches: /^reindex\b/, unless: /\bconcurrently\b/, instead: 'REINDEX … CONCURRENTLY' },
]

/** What is wrong with a migration for the version that still runs; empty where nothing is. */
export function dangersOf(migration: string): string[] {
  const statements = statementsOf(migration)
  const made = new Set(
    statements.flatMap(({ text }) => /^create table (if not exists )?([\w".]+)/.exec(text)?.[2] ?? []),
  )
  const dangers = statements.flatMap(({ text, reason }) => {
    if (reason) return []
    const rule = [...onExistingTables, ...anywhere].find(({ matches, unless }) => {
      const found = matches.exec(text)
      return found && !unless?.test(text) && !made.has(found.groups?.table ?? '')
    })
    return rule ? [`${text.slice(0, 120)}: write instead ${rule.instead}`] : []
  })
  const isConcurrent = statements.some(({ text }) => /\bconcurrently\b/.test(text))
  return isConcurrent && statements.length > 1 ? [...dangers, 'CONCURRENTLY must be alone in its migration'] : dangers
}

/** Statements in lower case on one line, each with the reason of `-- migration-safe: …` before it, if any. */
function statementsOf(migration: string): { text: string; reason: string | undefined }[] {
  return migration
    .split(/--> statement-breakpoint|;[^\S\n]*(?:\n|$)/)
    .map(part => ({
      text: part
        .replaceAll(/--[^\n]*/g, '')
        .replaceAll(/\s+/g, ' ')
        .replace(/;\s*$/, '')
        .trim()
        .toLowerCase(),
      reason: /--[^\S\n]*migration-safe:[^\S\n]*(\S[^\n]*)/.exec(part)?.[1],
    }))
    .filter(({ text }) => text !== '')
}
