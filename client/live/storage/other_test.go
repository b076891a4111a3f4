//go:build !unix

package storage

import "os"

// makePipe makes a folder, where there are no named pipes.
func makePipe(name string) error { return os.Mkdir(name, 0o777) }
