import { sign } from 'node:crypto'
import { encode, type ProofMaker } from './hand-made.js'
import { type Check, headed, INVALID, withPart, withSignature } from './mutations.js'

/** Checks of the form and the signature: 1 to 3 and 6 of RFC 9449 §4.3. */
export const formChecks: readonly Check[] = [
  {
    number: 1,
    rule: 'there is one DPoP header and no more',
    codes: [INVALID],
    mutations: {
      'two right ones': (maker) => [maker.proof(), maker.proof()],
      'one twice': (maker) => Array<string>(2).fill(maker.proof()),
      'three of them': (maker) => Array<string>(3).fill(maker.proof()),
      'a second one that is none': (maker) => [maker.proof(), 'x'],
      'a first one that is none': (maker) => ['x', maker.proof()],
      'a second one that is empty': (maker) => [maker.proof(), ''],
      'a first one that is empty': (maker) => ['', maker.proof()],
      'two in one, with a comma': (maker) => `${maker.proof()},${maker.proof()}`,
      'two in one, with a space': (maker) => `${maker.proof()} ${maker.proof()}`,
    },
  },
  {
    number: 2,
    rule: 'it is one well-formed JWT',
    codes: [INVALID, 'DPOP_PROOF_MISSING'],
    mutations: {
      nothing: () => '',
      'a word': () => 'proof',
      'two parts': (maker) => maker.proof().split('.').slice(0, 2).join('.'),
      'four parts': (maker) => `${maker.proof()}.x`,
      'a dot at its end': (maker) => `${maker.proof()}.`,
      'no signature': (maker) => withPart(maker.proof(), 2, ''),
      padding: (maker) => `${maker.proof()}=`,
      'a second spelling of its last bits': (maker) => withSpareBits(maker.proof()),
      'base64 of the other alphabet': (maker) => withPart(maker.proof(), 2, 'ab+/'.repeat(21)),
      'a header that is no JSON': (maker) => withPart(maker.proof(), 0, encode('{"typ":')),
      'a header that is null': (maker) => maker.signed(null, maker.parts().payload),
      'a payload that is a list': (maker) => maker.signed(maker.parts().header, []),
      'a payload that is a text': (maker) => maker.signed(maker.parts().header, '"text"'),
      'a word before it': (maker) => `DPoP ${maker.proof()}`,
      'the JSON serialization': (maker) => {
        const [header, payload, signature] = maker.proof().split('.')
        return JSON.stringify({ protected: header, payload, signature })
      },
    },
  },
  {
    number: 3,
    rule: 'all required claims are in it',
    codes: [INVALID, 'DPOP_PROOF_METHOD', 'DPOP_PROOF_URL'],
    mutations: {
      ...Object.fromEntries(
        ['jti', 'htm', 'htu', 'iat', 'ath'].flatMap((name) =>
          [undefined, null, '', [], {}].map((value) => [
            `${name} ${value === undefined ? 'missing' : JSON.stringify(value)}`,
            (maker: ProofMaker) => maker.proof({ payload: { [name]: value } }),
          ]),
        ),
      ),
      ...headed('jwk', { 'no jwk': undefined, 'jwk null': null, 'jwk as text': 'key' }),
    },
  },
  {
    number: 6,
    rule: 'the signature is of the key in jwk',
    codes: [INVALID],
    mutations: {
      'a bit of its first byte': (maker) => turned(maker.proof(), 0),
      'a bit of its last byte': (maker) => turned(maker.proof(), 63),
      zeros: (maker) => withSignature(maker.proof(), () => Buffer.alloc(64)),
      'one byte less': (maker) => withSignature(maker.proof(), (own) => own.subarray(1)),
      'one byte more': (maker) =>
        withSignature(maker.proof(), (own) => Buffer.concat([own, own.subarray(0, 1)])),
      'as DER': (maker) => {
        const proof = maker.proof()
        const input = Buffer.from(proof.slice(0, proof.lastIndexOf('.')))
        return withSignature(proof, () => sign('sha256', input, maker.key))
      },
      'by another key': (maker, { keys }) =>
        maker.signed(maker.parts().header, maker.parts().payload, keys['P-256']),
      'of another proof': (maker) => withPart(maker.proof(), 2, maker.proof().split('.')[2] ?? ''),
      'claims changed after it': (maker) =>
        withPart(maker.proof(), 1, encode(maker.parts().payload)),
      'a header changed after it': (maker) =>
        withPart(maker.proof(), 0, encode({ ...maker.parts().header, kid: '1' })),
    },
  },
]

const turned = (proof: string, at: number): string =>
  withSignature(proof, (own) => own.map((byte, place) => (place === at ? byte ^ 1 : byte)))

/** 64 bytes take 86 characters; four bits of the last one say nothing. */
function withSpareBits(proof: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(proof.slice(-1))
  return proof.slice(0, -1) + (alphabet[last + 1] ?? alphabet[last - 1])
}
