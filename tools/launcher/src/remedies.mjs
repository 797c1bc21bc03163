// What the user can do about a failure, by its cause. Plain JavaScript, because infra/bootstrap.mjs uses it with Node 18 or
// newer and before packages are installed. Types are in remedies.d.mts.

const anotherFolder = 'choose another folder for data and logs: LOCAL_DIR=/path/to/folder npm start'
const reset = '`npm run stack -- reset` starts over with empty data'
const isMac = process.platform === 'darwin'

export const installJava = isMac
  ? 'brew install openjdk@17 maven'
  : 'sudo apt-get install -y openjdk-17-jre-headless maven   (or your distribution’s Java 17 and Maven)'

export const installRedis = isMac ? 'brew install redis' : 'sudo apt-get install -y redis-server'

/** How to install a missing program. */
const installs = {
  java: installJava,
  mvn: installJava,
  'redis-server': installRedis,
  setpriv: 'sudo apt-get install -y util-linux   (or your distribution’s package with setpriv)',
  npm: 'Install npm, which comes with Node: https://nodejs.org',
  npx: 'Install npm, which comes with Node: https://nodejs.org',
  docker: 'Install Docker with its compose plugin',
}

const install = program => {
  const name = program.replace(/^.*\//, '')
  return installs[name] ?? `Install ${name}, and check that its folder is on PATH`
}

/**
 * Causes, most specific first: the first pattern that matches applies. A remedy may use the groups of its pattern.
 *
 * @type {readonly { cause: string, pattern: RegExp, remedy: (match: RegExpExecArray) => string }[]}
 */
const causes = [
  {
    cause: 'database login',
    pattern: /password authentication failed|no pg_hba\.conf entry|role "[^"]*" does not exist/,
    remedy: () => 'Check the user and the password in the database address',
  },
  {
    cause: 'no database',
    pattern: /database "([^"]*)" does not exist/,
    remedy: ([, name]) => `Create the database ${name}, owned by the role in its address`,
  },
  {
    cause: 'database permission',
    pattern: /permission denied (?:for|to) \w+|must be owner of|must be superuser/i,
    remedy: () => 'Make the role in the database address the owner of its database',
  },
  {
    cause: 'docker permission',
    pattern: /permission denied[^\n]*docker/i,
    remedy: () => 'Add yourself to the group docker (sudo usermod -aG docker "$USER") and log in again',
  },
  {
    cause: 'library',
    pattern: /error while loading shared libraries: ([^\s:]+)|Library not loaded: (\S+)/,
    remedy: match => `Install your distribution’s package that contains ${match[1] ?? match[2]}`,
  },
  {
    cause: 'old system',
    pattern: /version `?'?(GLIBC(?:XX)?_[\d.]+)'? not found/,
    remedy: ([, version]) =>
      `Use a newer Linux distribution (the program needs ${version}), or name your own servers in .env, as .env.example shows`,
  },
  {
    cause: 'old java',
    pattern: /UnsupportedClassVersionError|compiled by a more recent version of the Java Runtime/,
    remedy: () => installJava,
  },
  {
    cause: 'privileged port',
    pattern: /listen EACCES|EACCES[^\n]*127\.0\.0\.1:\d+/,
    remedy: () => 'Choose a port from 1024 on: GATEWAY_PORT=8080 npm start',
  },
  {
    cause: 'port',
    pattern: /EADDRINUSE|address (?:is )?already in use|port is already allocated/i,
    remedy: () => 'Another program has taken the port. Start again: a free port is chosen',
  },
  {
    cause: 'disk',
    pattern: /ENOSPC|no space left on device|not enough space/i,
    remedy: () => `Free disk space, or ${anotherFolder}`,
  },
  {
    cause: 'quota',
    pattern: /EDQUOT|disk quota exceeded/i,
    remedy: () => `Free some of your disk quota, or ${anotherFolder}`,
  },
  {
    cause: 'read-only',
    pattern: /EROFS|read-only file system/i,
    remedy: () => `The file system can’t be written: ${anotherFolder}`,
  },
  {
    cause: 'root',
    pattern: /cannot be run as root|execution of the PostgreSQL server is not permitted/,
    remedy: () => 'Run the command as an ordinary user',
  },
  {
    cause: 'owner',
    pattern: /has wrong ownership|must be started by the user that owns the data directory/,
    remedy: () => `Run the command as the user who ran it first; or, as that user or root, ${reset}`,
  },
  {
    cause: 'other server',
    pattern: /lock file "[^"]*" already exists|Failed to acquire lock on file \.lock/,
    remedy: () => 'Another server uses this data folder: stop it with `npm run stack -- down`',
  },
  {
    cause: 'damaged data',
    pattern:
      /incompatible with server|valid checkpoint record|Invalid cluster\.id|meta\.properties|Bad file format reading the append only file|is not a database cluster directory/,
    remedy: () => `The data belongs to another version or is damaged: ${reset}`,
  },
  {
    cause: 'processes',
    pattern: /EAGAIN|unable to create (?:new )?native thread|could not fork|Resource temporarily unavailable/,
    remedy: () => 'Raise the limit of processes (ulimit -u), or end processes that you don’t need',
  },
  {
    cause: 'open files',
    pattern: /EMFILE|ENFILE|too many open files/i,
    remedy: () => 'Raise the limit of open files: ulimit -n 65536',
  },
  {
    cause: 'memory',
    pattern:
      /ENOMEM|cannot allocate memory|insufficient memory|OutOfMemoryError|could not (?:map anonymous|create) shared memory|heap out of memory|ended while starting \(SIGKILL\)/i,
    remedy: () => 'Free some memory: the whole system needs about 2 GB',
  },
  {
    cause: 'locale',
    pattern: /invalid locale|locale "[^"]*" (?:not found|does not exist)/i,
    remedy: () => 'Start again with a locale that is installed: LC_ALL=C.UTF-8 npm start',
  },
  {
    cause: 'file in the way',
    pattern: /ENOTDIR|EEXIST|Not a directory/,
    remedy: () => `A file lies where a folder is needed: move it away, or ${anotherFolder}`,
  },
  {
    cause: 'long path',
    pattern: /ENAMETOOLONG|file name too long/i,
    remedy: () => `The path is too long: ${anotherFolder}`,
  },
  {
    cause: 'program not executable',
    pattern: /spawn (\S.*) EACCES/,
    remedy: ([, program]) =>
      `Check that you may execute ${program} and enter each folder above it, and that its file system is not mounted noexec`,
  },
  {
    cause: 'program',
    pattern: /spawn (\S+) ENOENT|(?:^|\s)(\S+): (?:command )?not found/m,
    remedy: match => install(match[1] ?? match[2] ?? ''),
  },
  {
    cause: 'permission',
    pattern: /EACCES|EPERM|permission denied|operation not permitted|AccessDeniedException/i,
    remedy: () => `Make the named path accessible to the user who runs this (chown, chmod), or ${anotherFolder}`,
  },
  {
    cause: 'no folder',
    pattern: /ENOENT[^\n]*mkdir/,
    remedy: () => `A folder can’t be created there: ${anotherFolder}`,
  },
]

/** Only for downloads: during the start of a server, refused connections are expected. */
const downloadCauses = [
  {
    cause: 'certificate',
    pattern:
      /PKIX path building failed|self[- ]signed certificate|unable to (?:get|verify)[^\n]*certificate|UNABLE_TO_/i,
    remedy: () =>
      'The server’s certificate is not trusted: add the certificate of your company to NODE_EXTRA_CA_CERTS (Node) or to Java’s trust store',
  },
  {
    cause: 'network',
    pattern:
      /ECONNREFUSED|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|ECONNRESET|ENETUNREACH|UnknownHostException|could not transfer artifact|connection (?:refused|timed out|reset)|network request/i,
    remedy: () => 'Check the network, and the proxy or mirror in ~/.npmrc (npm) or ~/.m2/settings.xml (Maven)',
  },
]

function find(text, options) {
  const known = options.isDownload ? [...causes, ...downloadCauses] : causes
  for (const { cause, pattern, remedy } of known) {
    const match = pattern.exec(text)
    if (match !== null) return { cause, remedy: remedy(match) }
  }
  return undefined
}

export function causeOf(text, options = {}) {
  return find(text, options)?.cause
}

export function remedyFor(text, otherwise, options = {}) {
  return find(text, options)?.remedy ?? otherwise
}
