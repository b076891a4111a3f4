package cli

import (
	"strings"
	"testing"
)

// What cannot be played with real clients is refused before anything is started.
func TestLabRefuses(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"flash-crowd", "--set", "groups.leechers.count=5"}, "network.transport: ideal"},
		{[]string{"hostile", "--set", "network.transport=tcp"}, "misbehave"},
		{[]string{"flash-crowd", "--client", "bitcomet"}, `there is no client "bitcomet"`},
		{[]string{"flash-crowd", "--network", "127.0.0.0/8", "--set", "network.transport=tcp"}, "--network"},
		{[]string{"flash-crowd", "--network", "ten"}, "--network"},
		{nil, "needs a scenario"},
	} {
		code, _, said := program(t, append([]string{"lab"}, c.args...)...)
		if code != exitUsage || !strings.Contains(said, c.says) {
			t.Errorf("%v: exit code %d, %s", c.args, code, said)
		}
	}
}
