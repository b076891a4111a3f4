package emit

import (
	"regexp"
	"strconv"
	"strings"
)

var plain = regexp.MustCompile(`^[A-Za-z0-9_./:=,@%+-]+$`)

// shell quotes a word for the shell.
func shell(word string) string {
	if plain.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// shellWords quotes words for the shell.
func shellWords(words []string) string {
	var out []string
	for _, w := range words {
		out = append(out, shell(w))
	}
	return strings.Join(out, " ")
}

// literal quotes text, which is valid UTF-8, for YAML and for Python: what Go writes, both read alike.
func literal(text string) string { return strconv.QuoteToASCII(text) }

// containerArgument quotes an argument of a container: Kubernetes expands $(NAME), unless the dollar
// is doubled.
func containerArgument(text string) string { return literal(strings.ReplaceAll(text, "$", "$$")) }

// comment is text on a line of its own, in characters that every reader of the file takes.
func comment(text string) string {
	quoted := literal(text)
	return quoted[1 : len(quoted)-1]
}

var notLabel = regexp.MustCompile(`[^a-z0-9]+`)

// maxLabel leaves room for what is added to the name of a job, in the 63 characters of a label of DNS.
const maxLabel = 40

// label makes a name of a job of any text: lower-case letters, digits and dashes, as Kubernetes wants.
func label(text string) string {
	out := strings.Trim(notLabel.ReplaceAllString(strings.ToLower(text), "-"), "-")
	out = strings.Trim(out[:min(len(out), maxLabel)], "-")
	if out == "" {
		return "sweep"
	}
	return out
}
