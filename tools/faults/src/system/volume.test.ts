import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openVolume, type Volume } from './volume.ts'

let dir: string
const opened: Volume[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'volume-'))
})
afterEach(async () => {
  for (const volume of opened.splice(0)) await volume.remove({ keep: false })
  rmSync(dir, { recursive: true, force: true })
})

const isMounted = (folder: string) => readFileSync('/proc/self/mounts', 'utf8').includes(` ${folder} `)

it('is filled and freed again, and removed with or without its files, where mounting is possible', async context => {
  const folder = join(dir, 'disk')
  const open = async () => {
    const volume = await openVolume(folder, join(dir, 'guard'), 4)
    opened.push(volume)
    return volume
  }
  let volume: Volume
  try {
    volume = await open()
  } catch (error) {
    return context.skip(`no volume here: ${(error as Error).message}`)
  }
  writeFileSync(join(folder, 'kept'), 'this')
  volume.fill()
  expect(() => writeFileSync(join(folder, 'one-more'), 'x'.repeat(5_000))).toThrow('ENOSPC')
  volume.free()
  writeFileSync(join(folder, 'one-more'), 'x'.repeat(5_000))
  await volume.remove({ keep: true })
  expect(isMounted(folder)).toBe(false)
  expect(readFileSync(join(folder, 'kept'), 'utf8')).toBe('this')

  rmSync(folder, { recursive: true })
  const second = await open()
  expect(isMounted(folder)).toBe(true)
  await second.remove({ keep: false })
  expect(isMounted(folder)).toBe(false)
})

it('names the reason where mounting is impossible', async () => {
  await expect(openVolume(join(dir, 'disk'), join(dir, 'guard'), -1)).rejects.toThrow(/.{5}/)
})
