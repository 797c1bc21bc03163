import {
  consumerGroupRule,
  type EventField,
  EventHeaders,
  type EventSample,
  type EventType,
  eventGuarantees,
  eventRetentionMs,
  eventsIntroduction,
  eventsOf,
  eventTopics,
  exampleHeadersOf,
  fieldsOf,
  type JsonSchema,
  type Topic,
  topicProducers,
} from '@alipay-checkout/contracts'
import { escapeHtml, plainPage } from '@alipay-checkout/storefront'

/** The page `/events`: what docs/events.md says, and every stored sample. Each topic and event has its name as anchor. */
export function eventsPage({ samples, stylesheet }: { samples: readonly EventSample[]; stylesheet: string }): string {
  const main = `<article class="reference" lang="en">
<h1>Events<small>Kafka · CloudEvents 1.0 · AsyncAPI 3.0</small></h1>
<p>${inline(eventsIntroduction)}</p>
<p class="actions"><a class="button primary" href="/asyncapi.json">AsyncAPI</a><a class="button" href="/docs">API</a></p>
<nav aria-label="Events">${eventTopics.map(contentsOf).join('')}</nav>
<h2 id="guarantees">What consumers may rely on</h2>
<ul class="points">${eventGuarantees.map(({ title, text }) => `<li>${inline(`**${title}** ${text}`)}</li>`).join('')}</ul>
<p>${inline(consumerGroupRule)}</p>
<h2 id="headers">Headers</h2>
${fieldTable('Headers of a record', fieldsOf(EventHeaders as JsonSchema))}
${exampleHeaders(samples)}
${eventTopics.map(topic => topicSection(topic, samples)).join('\n')}
</article>`
  return plainPage({ title: 'Events', main, stylesheet, wide: true })
}

/** Text with Markdown's code, bold text and links as HTML. */
function inline(text: string): string {
  return escapeHtml(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replace(/\[([^\]]+)\]\((https:[^)\s]+)\)/g, '<a href="$2">$1</a>')
}

function contentsOf(topic: Topic): string {
  const links = eventsOf(topic).map(({ name }) => `<li><a href="#${name}">${name}</a></li>`)
  return `<h2><a href="#${topic}">${topic}</a></h2><ul>${links.join('')}</ul>`
}

const retentionDays = eventRetentionMs / (24 * 60 * 60 * 1000)

function topicSection(topic: Topic, samples: readonly EventSample[]): string {
  return `<h2 id="${topic}">${topic}</h2>
<p>Published by ${topicProducers[topic]}, kept for ${retentionDays} days.</p>
${eventsOf(topic)
  .map(type => eventSection(type, samples))
  .join('\n')}`
}

function eventSection(type: EventType, samples: readonly EventSample[]): string {
  const schema = type.data as JsonSchema
  const examples = samples
    .filter(sample => sample.type === type.name)
    .map(({ name, data }, index) => example(name, JSON.stringify(data, null, 2), index === 0))
  return `<section id="${type.name}">
<h3><a href="#${type.name}">${type.name}</a></h3>
<p>${inline(schema.description ?? '')}</p>
${fieldTable(`Fields of ${type.name}`, fieldsOf(schema))}
${examples.join('\n')}
</section>`
}

function fieldTable(label: string, fields: readonly EventField[]): string {
  const rows = fields.map(
    ({ path, type, optional, meaning }) =>
      `<tr><th scope="row"><code>${escapeHtml(path)}</code></th><td>${inline(type)}${optional ? ', optional' : ''}</td><td>${inline(meaning)}</td></tr>`,
  )
  return `<div class="table" role="region" aria-label="${escapeHtml(label)}" tabindex="0"><table>
<thead><tr><th scope="col">field</th><th scope="col">type</th><th scope="col">meaning</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`
}

function exampleHeaders(samples: readonly EventSample[]): string {
  const [type] = eventTopics.flatMap(eventsOf)
  const sample = samples.find(({ type: name }) => name === type?.name)
  if (!type || !sample) return ''
  const lines = Object.entries(exampleHeadersOf(type, sample)).map(([name, value]) => `${name}: ${value}`)
  return example('headers', lines.join('\n'), false)
}

function example(name: string, text: string, isOpen: boolean): string {
  return `<details${isOpen ? ' open' : ''}><summary>Example: ${escapeHtml(name)}</summary><pre tabindex="0"><code>${escapeHtml(text)}</code></pre></details>`
}
