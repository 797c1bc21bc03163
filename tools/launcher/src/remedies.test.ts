import { expect, it } from 'vitest'
import { causeOf, remedyFor } from './remedies.mjs'

it.each([
  // PostgreSQL and initdb
  ['permission', 'invalid binary "/root/x/native/bin/initdb": Permission denied'],
  ['permission', 'FATAL:  could not open file "global/pg_control": Permission denied'],
  ['disk', 'initdb: error: could not write to file "/x": No space left on device'],
  ['port', 'LOG:  could not bind IPv4 address "127.0.0.1": Address already in use'],
  ['memory', 'FATAL:  could not map anonymous shared memory: Cannot allocate memory'],
  ['memory', 'PostgreSQL ended while starting (SIGKILL), see /x/logs/postgres.log'],
  ['locale', 'initdb: error: invalid locale settings; check LANG and LC_* environment variables'],
  ['locale', 'initdb: error: locale "de_XX" does not exist'],
  ['root', 'initdb: error: cannot be run as root'],
  ['owner', 'FATAL:  data directory "/x/data" has wrong ownership'],
  ['other server', 'FATAL:  lock file "postmaster.pid" already exists'],
  ['damaged data', 'FATAL:  database files are incompatible with server'],
  ['damaged data', 'PANIC:  could not locate a valid checkpoint record at 0/15'],
  ['library', 'postgres: error while loading shared libraries: libicuuc.so.60: cannot open shared object file'],
  ['old system', "/lib/libc.so.6: version `GLIBC_2.34' not found (required by postgres)"],
  ['database login', 'password authentication failed for user "order_service"'],
  ['database permission', 'permission denied for schema public'],
  ['no database', 'database "orders" does not exist'],
  // Kafka and Java
  ['disk', 'java.io.IOException: No space left on device'],
  [
    'port',
    'org.apache.kafka.common.KafkaException: Socket server failed to bind to 127.0.0.1:9: Address already in use.',
  ],
  ['old java', 'java.lang.UnsupportedClassVersionError: kafka/Kafka has been compiled by a more recent version'],
  ['memory', 'There is insufficient memory for the Java Runtime Environment to continue.'],
  ['processes', 'java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory'],
  ['permission', 'java.nio.file.AccessDeniedException: /x/kafka/data'],
  ['damaged data', 'java.lang.RuntimeException: Invalid cluster.id in: /x/meta.properties'],
  ['other server', 'KafkaException: Failed to acquire lock on file .lock in /x/data'],
  // Redis
  ['permission', "Can't open or create append-only dir appendonlydir: Permission denied"],
  ['port', 'Warning: Could not create server TCP listening socket 127.0.0.1:20001: bind: Address already in use'],
  // Node and programs
  ['permission', "EACCES: permission denied, mkdir '/root/x'"],
  ['read-only', "EROFS: read-only file system, mkdir '/x'"],
  ['quota', "EDQUOT: disk quota exceeded, write '/x'"],
  ['file in the way', "ENOTDIR: not a directory, mkdir '/etc/passwd/x'"],
  ['file in the way', "EEXIST: file already exists, mkdir '/etc/passwd'"],
  ['long path', "ENAMETOOLONG: name too long, mkdir '/x'"],
  ['no folder', "ENOENT: no such file or directory, mkdir '/proc/x'"],
  ['open files', "EMFILE: too many open files, open '/x'"],
  ['privileged port', 'port 80 can’t be listened on: listen EACCES'],
  ['port', 'listen EADDRINUSE: address already in use 127.0.0.1:8080'],
  ['program', 'java: spawn java ENOENT'],
  ['program', '/bin/sh: 1: mvn: not found'],
  ['program not executable', 'spawn /x/y z/initdb EACCES'],
  ['docker permission', 'permission denied while trying to connect to the Docker daemon socket'],
])('recognises the cause %s: %s', (cause, text) => {
  expect(causeOf(text)).toBe(cause)
  expect(remedyFor(text, '-')).not.toBe('-')
})

it.each([
  ['spawn java ENOENT', /openjdk|temurin/],
  ['spawn mvn ENOENT', /maven/],
  ['spawn setpriv ENOENT', /util-linux/],
  ['spawn redis-server ENOENT', /redis/],
  ['spawn frobnicate ENOENT', /Install frobnicate/],
])('names what to install for: %s', (text, remedy) => {
  expect(remedyFor(text, '-')).toMatch(remedy)
})

it('advises to free disk space only for a full disk', () => {
  for (const text of [
    'Permission denied',
    'Address already in use',
    'spawn java ENOENT',
    "EROFS: read-only, mkdir '/x'",
  ]) {
    expect(remedyFor(text, '-')).not.toMatch(/free (some )?disk/i)
  }
  expect(remedyFor('No space left on device', '-')).toMatch(/^Free disk space/)
})

it('treats a refused connection as the cause for downloads only', () => {
  const refused = 'connect ECONNREFUSED 127.0.0.1:5432'
  expect(causeOf(refused)).toBeUndefined()
  expect(causeOf(refused, { isDownload: true })).toBe('network')
  expect(causeOf('[ERROR] Could not transfer artifact org.x:y', { isDownload: true })).toBe('network')
  expect(causeOf('npm error code SELF_SIGNED self-signed certificate in chain', { isDownload: true })).toBe(
    'certificate',
  )
})

it('keeps the remedy of the step for an unknown cause', () => {
  expect(remedyFor('something else', 'Look at the log')).toBe('Look at the log')
})
