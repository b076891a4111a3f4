//go:build !unix

package main

import "os"

// lock does nothing here: two processes must be kept from one folder by hand.
func lock(*os.File) bool { return true }

// locks reports whether lock means anything on this system.
const locks = false
