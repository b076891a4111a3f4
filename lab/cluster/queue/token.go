package queue

import "crypto/rand"

// NewToken returns a token that cannot be guessed.
func NewToken() string { return rand.Text() }
