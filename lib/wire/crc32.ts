/**
 * The two CRC-32 that are spoken: tell damage, not malice. Node has one of them only from 20.15, the other never.
 *
 *     crc32     IEEE 802.3, as in zip and Ethernet
 *     crc32c    Castagnoli, as in iSCSI and Rocket's metadata
 */

/** Both polynomials stand with their bits reversed. */
const IEEE = tableOf(0xedb88320);
const CASTAGNOLI = tableOf(0x82f63b78);

function tableOf(polynomial: number): Int32Array {
  return new Int32Array(256).map((_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc;
  });
}

function checksum(table: Int32Array, bytes: Uint8Array, start: number, end: number, before: number): number {
  let crc = ~before;
  for (let i = start; i < end; i++) crc = (crc >>> 8) ^ (table[(crc ^ (bytes[i] as number)) & 0xff] as number);
  return ~crc >>> 0;
}

/** The checksum of bytes [start, end), unsigned; `before` is that of what stands before them. */
export function crc32(bytes: Uint8Array, start = 0, end: number = bytes.length, before = 0): number {
  return checksum(IEEE, bytes, start, end, before);
}

/** The same with Castagnoli's polynomial. */
export function crc32c(bytes: Uint8Array, start = 0, end: number = bytes.length, before = 0): number {
  return checksum(CASTAGNOLI, bytes, start, end, before);
}
