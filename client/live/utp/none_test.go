//go:build !cgo || !libutp

package utp

import (
	"errors"
	"testing"
)

func TestUnavailable(t *testing.T) {
	if _, err := Listen("127.0.0.1:0"); Available || !errors.Is(err, ErrUnavailable) {
		t.Error(err)
	}
}
