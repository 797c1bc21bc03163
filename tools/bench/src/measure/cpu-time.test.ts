import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { cpuTimes } from './cpu-time.ts'

it('counts what a process and its children have used', async () => {
  // 300 ms of CPU, however long a busy machine takes to give them. It ends with whoever started it.
  const work = 'while (process.cpuUsage().user < 300_000); console.log("worked"); process.stdin.resume()'
  const child = spawn(process.execPath, ['-e', work], { stdio: ['pipe', 'pipe', 'ignore'] })
  try {
    await once(child.stdout, 'data')
    const times = cpuTimes(
      new Map([
        ['worker', child.pid as number],
        ['everything', process.pid],
      ]),
    )
    expect(times.get('worker')).toBeGreaterThanOrEqual(290)
    expect(times.get('everything')).toBeGreaterThan(times.get('worker') as number)
  } finally {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
})
