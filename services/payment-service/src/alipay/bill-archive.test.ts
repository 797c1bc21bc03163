import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import yazl from 'yazl'
import { billBytes, billText, writeBillArchive } from '../reconciliation/test-bill.ts'
import { BrokenBill } from './bill.ts'
import { openBillArchive } from './bill-archive.ts'

let dir: string
let path: string
const lines = Array.from({ length: 200 }, (_, index) => ({
  kind: '交易' as const,
  outTradeNo: `ord_${index}`,
  fen: 100 + index,
  at: '2026-01-02 11:04:05',
}))
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'bill-archive-'))
  path = join(dir, 'bill.zip')
})
afterAll(() => rm(dir, { recursive: true }))

const read = async (limit = 1_000_000) => buffer(await openBillArchive(path, limit))

async function archive(files: Record<string, Buffer>): Promise<void> {
  const zip = new yazl.ZipFile()
  for (const [name, content] of Object.entries(files)) zip.addBuffer(content, name)
  zip.end()
  await pipeline(zip.outputStream as Readable, createWriteStream(path))
}

describe("a bill's archive", () => {
  it('returns the detail file, whose name is GBK', async () => {
    await writeBillArchive(path, billText(lines))
    expect(await read()).toEqual(await buffer(billBytes(billText(lines))))
  })

  it('is broken when it is cut off, or no archive', async () => {
    await writeBillArchive(path, billText(lines))
    const whole = await readFile(path)
    for (const content of [whole.subarray(0, -200), Buffer.from('<html>busy</html>'), Buffer.alloc(0)]) {
      await writeFile(path, content)
      await expect(read()).rejects.toThrow(BrokenBill)
    }
  })

  it('is broken when its content is damaged, wherever the damage is', async () => {
    await writeBillArchive(path, billText(lines))
    const whole = await readFile(path)
    for (const place of [200, 1_000, 2_000]) {
      const damaged = Buffer.from(whole)
      damaged[place] = (damaged[place] as number) ^ 0xff
      await writeFile(path, damaged)
      await expect(read()).rejects.toThrow(BrokenBill)
    }
  })

  it('is refused when it would expand beyond the limit', async () => {
    await archive({ 'a.csv': Buffer.alloc(20 * 1024 * 1024, 'x') })
    await expect(read(1024 ** 3)).rejects.toThrow('would grow')
    await archive({ 'a.csv': Buffer.from('x'.repeat(2_000)) })
    await expect(read(1_000)).rejects.toThrow('would grow to 2000 bytes')
  })

  it('is broken with no detail file, several, or very many files', async () => {
    await archive({ 'a.txt': Buffer.from('x') })
    await expect(read()).rejects.toThrow('0 detail files')
    await archive({ 'a.csv': Buffer.from('x'), 'b.csv': Buffer.from('x') })
    await expect(read()).rejects.toThrow('2 detail files')
    await archive(Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`${index}.txt`, Buffer.from('x')])))
    await expect(read()).rejects.toThrow('30 files')
  })
})
