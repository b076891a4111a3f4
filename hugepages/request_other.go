//go:build !linux

package hugepages

func request(int64) {}
