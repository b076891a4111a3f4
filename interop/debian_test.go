package interop

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// debianVersion returns the version of an installed package.
func debianVersion(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "dpkg-query", "-W", "-f", "${Version}", name).Output()
	if err != nil {
		return "unknown"
	}
	return string(out)
}

// mayChangeUser reports whether processes may change to another user: in a user namespace with one
// user they may not.
func mayChangeUser() bool {
	text, err := os.ReadFile("/proc/self/uid_map")
	return err == nil && !strings.HasSuffix(strings.TrimSpace(string(text)), " 1")
}
