import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { cpuTimes } from './cpu-time.ts'

it('counts the CPU time of a process and its children', async () => {
  // Uses 300 ms of CPU time. It ends with this process, because its stdin closes then.
  const work = 'while (process.cpuUsage().user < 300_000); console.log("done"); process.stdin.resume()'
  const child = spawn(process.execPath, ['-e', work], { stdio: ['pipe', 'pipe', 'ignore'] })
  try {
    await once(child.stdout, 'data')
    const processes = { worker: child.pid as number, everything: process.pid }
    const times = cpuTimes(new Map(Object.entries(processes)))
    expect(times.get('worker')).toBeGreaterThanOrEqual(290)
    expect(times.get('everything')).toBeGreaterThan(times.get('worker') as number)
  } finally {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
})
