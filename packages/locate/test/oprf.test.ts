import { describe, expect, it } from '@jest/globals'
import { ristretto255_oprf } from '@noble/curves/ed25519.js'
import { blind, evaluate, finalize, generateOprfKey, inputFor } from '../src/index.js'

const hex = (text: string): Uint8Array => Buffer.from(text, 'hex')
const toHex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex')

/** RFC 9497, appendix A.1.2: VOPRF(ristretto255, SHA-512). */
const suite = {
  seed: 'a3'.repeat(32),
  keyInfo: '74657374206b6579',
  secretKey: 'e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909',
  publicKey: 'c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e',
}
const first = {
  input: '00',
  blind: '64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706',
  blinded: '863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945',
  evaluated: 'aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e',
  output:
    'b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7da4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c',
}
const vectors = [
  {
    items: [first],
    proof:
      'ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd066d4346421d17bf5117a2a1ff0fcb2a759f58a539dfbe857a40bce4cf49ec600d',
  },
  {
    items: [
      {
        input: '5a'.repeat(17),
        blind: '64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706',
        blinded: 'cc0b2a350101881d8a4cba4c80241d74fb7dcbfde4a61fde2f91443c2bf9ef0c',
        evaluated: '60a59a57208d48aca71e9e850d22674b611f752bed48b36f7a91b372bd7ad468',
        output:
          '8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60356f4610bf816f27afdd84f47719e480906d27ecd994985890e5f539e7ea74b6',
      },
    ],
    proof:
      '401a0da6264f8cf45bb2f5264bc31e109155600babb3cd4e5af7d181a2c9dc0a67154fabf031fd936051dec80b0b6ae29c9503493dde7393b722eafdf5a50b02',
  },
  {
    items: [
      first,
      {
        input: '5a'.repeat(17),
        blind: '222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e',
        blinded: '90a0145ea9da29254c3a56be4fe185465ebb3bf2a1801f7124bbbadac751e654',
        evaluated: 'cc5ac221950a49ceaa73c8db41b82c20372a4c8d63e5dded2db920b7eee36a2a',
        output:
          '8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60356f4610bf816f27afdd84f47719e480906d27ecd994985890e5f539e7ea74b6',
      },
    ],
    proof:
      'cc203910175d786927eeb44ea847328047892ddf8590e723c37205cb74600b0a5ab5337c8eb4ceae0494c2cf89529dcf94572ed267473d567aeed6ab873dee08',
  },
] as const

describe('The oblivious PRF', () => {
  const key = { secretKey: hex(suite.secretKey), publicKey: hex(suite.publicKey) }

  it('derives the key of the test vectors of RFC 9497', () => {
    const { voprf } = ristretto255_oprf
    const derived = voprf.deriveKeyPair(hex(suite.seed), hex(suite.keyInfo))
    expect(toHex(derived.secretKey)).toBe(suite.secretKey)
    expect(toHex(derived.publicKey)).toBe(suite.publicKey)
  })

  it.each(vectors)(
    'evaluates and finalizes as in vector $# of RFC 9497, A.1.2',
    ({ items, proof }) => {
      const { elements } = evaluate(
        key,
        items.map(({ blinded }) => hex(blinded)),
      )
      expect(elements.map(toHex)).toEqual(items.map(({ evaluated }) => evaluated))
      const blinded = items.map((item) => ({
        input: hex(item.input),
        blind: hex(item.blind),
        element: hex(item.blinded),
      }))
      // The proof of the RFC itself, not ours: its random scalar is no argument of ours.
      const outputs = finalize(blinded, { elements, proof: hex(proof) }, key.publicKey)
      expect(outputs.map(toHex)).toEqual(items.map(({ output }) => output))
    },
  )

  it('gives the same output whatever it was blinded with, and another under another key', () => {
    const outputUnder = (one: typeof key): string => {
      const blinded = [blind(inputFor('urn:test|1'))]
      const evaluation = evaluate(one, [blinded[0]?.element ?? new Uint8Array()])
      return toHex(finalize(blinded, evaluation, one.publicKey)[0])
    }
    expect(outputUnder(key)).toBe(outputUnder(key))
    expect(outputUnder(generateOprfKey())).not.toBe(outputUnder(key))
  })

  it('does not show the evaluator the same element twice for one person', () => {
    const elements = [1, 2, 3].map(() => toHex(blind(inputFor('urn:test|1')).element))
    expect(new Set(elements).size).toBe(3)
  })

  it('finds out an evaluator that uses another key for one caller', () => {
    const blinded = [blind(inputFor('urn:test|1')), blind(inputFor('urn:test|2'))]
    const elements = blinded.map(({ element }) => element)
    expect(() => finalize(blinded, evaluate(generateOprfKey(), elements), key.publicKey)).toThrow(
      'proof',
    )
    const honest = evaluate(key, elements)
    const swapped = { ...honest, elements: [...honest.elements].reverse() }
    expect(() => finalize(blinded, swapped, key.publicKey)).toThrow('proof')
    const short = { ...honest, elements: honest.elements.slice(1) }
    expect(() => finalize(blinded, short, key.publicKey)).toThrow('another number of elements')
  })

  it('evaluates no element that is none of the group', () => {
    expect(() => evaluate(key, [new Uint8Array(32).fill(255)])).toThrow()
    expect(() => evaluate(key, [new Uint8Array(32)])).toThrow()
  })
})
