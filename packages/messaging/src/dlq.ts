import { parseArgs } from 'node:util'
import { createLogger } from '@alipay-checkout/service-kit'
import { readKafkaConnection } from '@alipay-checkout/service-kit/connections'
import type { Kafka } from 'kafkajs'
import { type DeadLetter, discard, originalHeaders, redrive, whyNotRedriven } from './dead-letters.ts'
import { openKafka, openProducer } from './kafka.ts'
import { readDeadLetters } from './read-dead-letters.ts'

const usage = `Dead letters: records that a consumer could not handle, with the reason.

  npm run dlq -- list                        those that wait, of every consumer
  npm run dlq -- show <consumer> <id>        one of them, with its headers and its value
  npm run dlq -- redrive <consumer> <id>     deliver it to its consumer again
  npm run dlq -- redrive <consumer> --all    the same for all that wait
  npm run dlq -- discard <consumer> <id> --reason "…"
                                             never deliver it; the record and the reason are kept

  --json      machine-readable output (list, show)
  --all       list: also those that were redriven or discarded`

const options = {
  json: { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
  reason: { type: 'string' },
} as const

type Flags = Record<'json' | 'all' | 'help', boolean>
type Print = (text: string) => void

const suffix = '.dlq'

async function everyConsumer(kafka: Kafka): Promise<string[]> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const topics = await admin.listTopics()
    return topics
      .filter(topic => topic.endsWith(suffix))
      .map(topic => topic.slice(0, -suffix.length))
      .sort()
  } finally {
    await admin.disconnect()
  }
}

async function list(kafka: Kafka, flags: Flags, print: Print): Promise<void> {
  const letters = await readDeadLetters(kafka, await everyConsumer(kafka))
  const shown = letters.filter(letter => flags.all || isWaiting(letter))
  if (flags.json) {
    print(JSON.stringify(shown.map(inBrief), null, 2))
    return
  }
  if (shown.length === 0) print('No dead letters: every consumer has handled everything.')
  for (const letter of shown) {
    print(
      `${letter.groupId} ${letter.id}  ${letter.deadLetteredAt}  ${letter.type ?? 'unreadable'}${outcomeOf(letter)}`,
    )
    const from =
      letter.outboxId === undefined ? `${letter.topic}/${letter.partition}@${letter.offset}` : 'its own outbox'
    print(`    from ${from}: ${letter.reason}`)
  }
}

const isWaiting = ({ redriven, discarded }: DeadLetter) => !redriven && !discarded

function outcomeOf({ redriven, discarded }: DeadLetter): string {
  if (redriven) return '  (redriven)'
  return discarded ? '  (discarded)' : ''
}

function inBrief({ message, ...letter }: DeadLetter) {
  return { ...letter, key: message.key?.toString() ?? null }
}

function show(letter: DeadLetter, print: Print): void {
  const headers = Object.entries(originalHeaders(letter.message.headers ?? {})).map(([name, value]) => [
    name,
    String(value),
  ])
  print(
    JSON.stringify(
      { ...inBrief(letter), headers: Object.fromEntries(headers), value: letter.message.value?.toString() ?? null },
      null,
      2,
    ),
  )
}

/** @throws Error with a line for each letter that can not be redriven */
async function redriveAll(kafka: Kafka, letters: readonly DeadLetter[], print: Print): Promise<void> {
  const obstacles: string[] = []
  const producer = openProducer(kafka)
  await producer.connect()
  try {
    for (const letter of letters) {
      const obstacle = whyNotRedriven(letter)
      if (obstacle) {
        obstacles.push(obstacle)
        continue
      }
      await redrive(producer, letter)
      print(`redriven: ${letter.groupId} ${letter.id} (${letter.type ?? 'unreadable'})`)
    }
  } finally {
    await producer.disconnect()
  }
  if (letters.length === 0) print('No dead letter is left to redrive.')
  if (obstacles.length > 0) throw new Error(obstacles.join('\n'))
}

/** @throws Error when no reason is given, or the dead letter was redriven */
async function discardOne(kafka: Kafka, letter: DeadLetter, reason: string | undefined, print: Print): Promise<void> {
  const { groupId, id } = letter
  if (!reason?.trim()) throw new Error(`a reason is required: npm run dlq -- discard ${groupId} ${id} --reason "…"`)
  if (letter.redriven) throw new Error(`${groupId} ${id} was redriven: its consumer has received it`)
  const producer = openProducer(kafka)
  await producer.connect()
  try {
    await discard(producer, letter, reason)
  } finally {
    await producer.disconnect()
  }
  print(`discarded: ${groupId} ${id} (${letter.type ?? 'unreadable'})`)
}

/**
 * Runs the command `npm run dlq -- <args>`.
 *
 * @throws Error saying what to type instead, or what could not be redriven or discarded
 */
export async function runDlq(args: string[], print: Print, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const { values: flags, positionals } = parseArgs({ args, allowPositionals: true, options })
  const [command, consumer, id] = positionals
  if (flags.help || !command) return print(usage)
  const kafka = openKafka({
    ...readKafkaConnection(env),
    clientId: 'dlq',
    logger: createLogger('dlq', 'silent'),
  })
  if (command === 'list') return list(kafka, flags, print)
  if (command !== 'show' && command !== 'redrive' && command !== 'discard')
    throw new Error(`there is no command ${command}\n\n${usage}`)
  if (!consumer) throw new Error(`name the consumer: npm run dlq -- ${command} order-service 0/12`)
  const letters = await readDeadLetters(kafka, [consumer])
  if (command === 'redrive' && flags.all) {
    const waiting = letters.filter(letter => isWaiting(letter) && letter.outboxId === undefined)
    return redriveAll(kafka, waiting, print)
  }
  const letter = letters.find(candidate => candidate.id === id)
  if (!letter)
    throw new Error(`${consumer} has no dead letter ${id ?? '(no id was given)'}; npm run dlq -- list shows all`)
  if (command === 'show') return show(letter, print)
  if (command === 'discard') return discardOne(kafka, letter, flags.reason, print)
  return redriveAll(kafka, [letter], print)
}
