package trial

import "strings"

// Command returns the command that plays a scenario with some of its fields changed, as path=value.
func Command(name string, sets []string) string {
	text := "swarmsim run " + Quote(name)
	for _, set := range sets {
		text += " --set " + Quote(set)
	}
	return text
}

// Quote quotes a word for a shell.
func Quote(s string) string {
	if s != "" && !strings.ContainsAny(s, " '\"[]{}*?$&;|<>()\\`#~!,") {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
