// Runs one torrent in webtorrent and prints its progress, a JSON object a line.
//
// The argument is a JSON object; see webtorrentJob in webtorrent.go.

import { pathToFileURL } from 'node:url'

const job = JSON.parse(process.argv[2])
const { default: WebTorrent } = await import(pathToFileURL(job.library))

const client = new WebTorrent({
  torrentPort: job.port,
  dhtPort: job.port,
  dht: job.dht && { bootstrap: job.dhtNodes },
  lsd: false,
  natUpnp: false,
  natPmp: false,
  utp: job.utp,
  utPex: job.pex,
  secure: job.secure,
  uploadLimit: job.up,
  downloadLimit: job.down
})
client.on('error', error => {
  console.error(error)
  process.exit(1)
})

const options = { path: job.folder }
if (job.slots > 0) options.uploads = job.slots
const torrent = client.add(job.torrent, options)
torrent.on('warning', warning => console.error(String(warning)))

function have () {
  let bytes = 0
  for (let i = 0; torrent.pieces && i < torrent.pieces.length; i++) {
    if (torrent.bitfield.get(i)) {
      bytes += i === torrent.pieces.length - 1 ? torrent.lastPieceLength : torrent.pieceLength
    }
  }
  return bytes
}

function report () {
  if (!torrent.ready) return
  const bytes = have()
  console.log(JSON.stringify({
    have: bytes,
    size: torrent.length,
    uploaded: torrent.uploaded,
    downloaded: torrent.received,
    connections: torrent.numPeers,
    complete: torrent.done,
    pieces: Buffer.from(torrent.bitfield.buffer).toString('base64')
  }))
}

torrent.on('done', report)
setInterval(report, job.interval)

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => client.destroy(() => process.exit(0)))
}
