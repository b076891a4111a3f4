//go:build !js

package main

import "fmt"

func main() {
	fmt.Println("this program runs in a web page; go run ./docs/playground/build makes it")
}
