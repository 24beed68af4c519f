// Health check of every image: whether the service in this container is ready.
import { request as plain } from 'node:http'
import { request as secure } from 'node:https'

const { KILDE_PORT, KILDE_TLS_CERTIFICATE_PATH: certificate } = process.env
const request = certificate ? secure : plain
// It asks itself by an address that no certificate names, and tells and believes nothing.
const asked = request(
  { host: '127.0.0.1', port: KILDE_PORT, path: '/health/ready', rejectUnauthorized: false },
  ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1),
)
asked.on('error', () => process.exit(1))
asked.setTimeout(3_000, () => process.exit(1))
asked.end()
