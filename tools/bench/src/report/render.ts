import { scenarioNames } from '../scenarios/names.ts'
import type { Mark } from '../scenarios/scenario.ts'
import { escapeHtml, readable } from './charts.ts'
import { page } from './page.ts'
import { sections } from './sections.ts'
import type { StoredResult, StoredResults } from './store.ts'

/** The page about the last results of every scenario. */
export function renderReport(results: StoredResults): string {
  const measured = scenarioNames.flatMap(name => {
    const result = results[name]
    return result === undefined ? [] : [{ name, result }]
  })
  const marks = measured.flatMap(({ name, result }) => result.marks.map(mark => ({ name, mark })))
  const met = marks.filter(({ mark }) => mark.met).length
  const body = [
    '<h1>How fast it is, and what an order costs</h1>',
    '<p class="soft">Measured by <code>npm run bench</code>: servers, services, Alipay’s simulator and the load all on one machine.</p>',
    ...(marks.length === 0 ? [] : [`<h2>Marks</h2><p>${met} of ${marks.length} met.</p>`, markTable(marks)]),
    ...measured.map(({ name, result }) => section(name, result)),
  ]
  return page('alipay-checkout: measurements', body.join('\n'))
}

function section(name: keyof typeof sections, result: StoredResult): string {
  const { title, about, charts, more } = sections[name](result as never)
  const broken = result.broken.map(line => `<p class="missed">Broken: ${escapeHtml(line)}</p>`)
  return [
    `<h2 id="${name}">${escapeHtml(title)}</h2>`,
    `<p>${escapeHtml(about)}</p>`,
    `<p class="soft">${escapeHtml(where(result))}</p>`,
    ...broken,
    `<div class="charts">${charts.join('\n')}</div>`,
    more ?? '',
  ].join('\n')
}

function where({ at, machine }: StoredResult): string {
  const day = at.slice(0, 16).replace('T', ' ')
  return `${day} UTC · ${machine.cores} cores, ${machine.cpu}, ${readable(machine.memoryGiB)} GiB · ${readable(machine.rsaSignsPerSecond)} RSA-2048 signatures/s of one core · disk sync ${machine.diskSyncMs} ms · Node ${machine.node}`
}

function markTable(marks: readonly { name: string; mark: Mark }[]): string {
  const rows = marks.map(
    ({ name, mark }) =>
      `<tr><td>${name}</td><td>${escapeHtml(mark.what)}</td><td class="n">${readable(mark.value)}</td><td class="n">${escapeHtml(mark.mark)}</td><td class="${mark.met ? 'met' : 'missed'}">${mark.met ? 'met' : 'not met'}</td></tr>`,
  )
  return `<div class="scroll"><table><tr><th>scenario</th><th>what</th><th>measured</th><th>mark</th><th></th></tr>${rows.join('')}</table></div>`
}
