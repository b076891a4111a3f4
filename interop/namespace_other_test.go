//go:build !linux

package interop

import "errors"

func enterNamespace() (code int, again bool, err error) {
	return 0, false, errors.New("network namespaces are Linux's")
}
