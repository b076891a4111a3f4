package scenario

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// A file that uses an old name of a field is refused with its place and the new name.
func TestOldFieldIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"client: {choker: random, sharing: own}": `s.yaml:3:26: client.sharing: is now called assignment; write "assignment: exclusive"`,
		"client: {snub: 30 s}":                   `s.yaml:3:10: client.snub: is now called snub_timeout; write "snub_timeout: 30 s"`,
		"client: {pulse: 500 ms}":                `s.yaml:3:10: client.pulse: is now part of event_loop; write "event_loop: {name: pulse, interval: 500 ms}"`,
		"client: {parole: off}":                  `s.yaml:3:10: client.parole: is now called parole_mode; write "parole_mode: false"`,
		"client: {requests: {name: rate}}":       `s.yaml:3:10: client.requests: is now called backlog`,
		"client: {end_game: pair}":               `s.yaml:3:20: client.end_game: "pair" is now called "max-two"`,
		"client: {upload: {ahead: 3}}":           `s.yaml:3:19: client.upload.ahead: is now called send_buffer_blocks; write "send_buffer_blocks: 3"`,
		"events: [{at: 1 s, action: split}]":     `s.yaml:3:28: events[0].action: "split" is now called "partition"`,
	} {
		_, err := Load(source("name: x\ncontent: {size: 1 MiB}\n" + text + "\ngroups: [{name: a, count: 1, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}]\n"))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
	_, err := Load(source(good, "groups.leechers.client.offer=super-seed"))
	want := `--set groups.leechers.client.offer=super-seed: groups[1].client.offer: is now called reveal; write "reveal: super-seeding"`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// Every renaming leads from names that are refused to names that are known.
func TestRenamings(t *testing.T) {
	fields := Fields(catalogue(), []string{"leechers"})
	for _, r := range renamings {
		path := strings.Replace(r.now, "groups.", "groups.leechers.", 1)
		known := slices.IndexFunc(fields, func(f Field) bool { return f.Path == path })
		if known < 0 && !strings.HasPrefix(r.now, "events.") {
			t.Errorf("%s: there is no field %s", r.old, r.now)
			continue
		}
		for old, now := range r.values {
			if known >= 0 && (slices.Contains(fields[known].Choices, old) || !slices.Contains(fields[known].Choices, now)) {
				t.Errorf("%s: %s is not a former name of %s; values are %v", r.now, old, now, fields[known].Choices)
			}
		}
		if r.old == r.now {
			continue
		}
		path = strings.Replace(r.old, "groups.", "groups.leechers.", 1)
		now := r.now[strings.LastIndexByte(r.now, '.')+1:]
		if _, err := Load(source(good, path+"=1")); err == nil || !strings.Contains(err.Error(), "is now called "+now) {
			t.Errorf("--set %s=1 gives %v, which does not name %s", path, err, now)
		}
	}
}

// CHANGELOG.md lists every renaming, for users with files to change.
func TestChangelogListsRenamings(t *testing.T) {
	text, err := os.ReadFile("../../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range renamings {
		if row := changelogRow(&r); !strings.Contains(string(text), row) {
			t.Errorf("CHANGELOG.md lacks\n%s", row)
		}
	}
}

// changelogRow is a renaming as a row of a table.
func changelogRow(r *renaming) string {
	var values []string
	for old, now := range r.values {
		values = append(values, "`"+old+"` → `"+now+"`")
	}
	slices.Sort(values)
	return "| `" + r.old + "` | `" + r.now + "` | " + strings.Join(values, ", ") + " |"
}
