package crypt_test

import (
	"net"
	"testing"

	. "swarmsim/client/live/crypt"
)

// BenchmarkStream moves blocks of 16 KiB, each with its header, in batches of eight.
func BenchmarkStream(b *testing.B) {
	for _, mode := range []Mode{Off, Required} {
		b.Run(mode.String(), func(b *testing.B) {
			d, a := pair(b)
			result := accept(b, a, mode)
			var out net.Conn = d
			if mode == Off {
				d.Write(hello)
			} else {
				var err error
				if out, _, err = Dial(b.Context(), d, Config{Mode: mode}, infoHash, hello); err != nil {
					b.Fatal(err)
				}
			}
			in := (<-result).conn
			var batch net.Buffers
			for range 8 {
				batch = append(batch, make([]byte, 13), make([]byte, 16<<10))
			}
			size := int64(8 * (13 + 16<<10))
			b.SetBytes(size)
			done := make(chan error)
			go func() {
				buffer := make([]byte, 256<<10)
				left := int64(len(hello)) + size*int64(b.N)
				for left > 0 {
					n, err := in.Read(buffer)
					if err != nil {
						done <- err
						return
					}
					left -= int64(n)
				}
				done <- nil
			}()
			b.ResetTimer()
			for range b.N {
				var err error
				if w, ok := out.(BuffersWriter); ok {
					_, err = w.WriteBuffers(batch)
				} else {
					buffers := append(net.Buffers(nil), batch...)
					_, err = buffers.WriteTo(out)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
			if err := <-done; err != nil {
				b.Fatal(err)
			}
		})
	}
}
