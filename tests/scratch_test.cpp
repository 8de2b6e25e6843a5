// The scratch memory of kernels: aligned, whole, and reused once it was given back.

#include "runtime/execute/scratch.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

namespace sganc {
namespace {

bool is_aligned(const void* block) {
  return reinterpret_cast<std::uintptr_t>(block) % 128 == 0;
}

TEST(Scratch, IsAlignedAndWhole) {
  std::vector<void*> blocks;
  for (const std::size_t bytes : {0UL, 1UL, 127UL, 4096UL, 3UL << 20}) {
    blocks.push_back(take_scratch(bytes));
    ASSERT_NE(blocks.back(), nullptr);
    EXPECT_TRUE(is_aligned(blocks.back())) << bytes;
    std::memset(blocks.back(), 1, bytes);
  }
  for (void* block : blocks) give_back_scratch(block);
  give_back_scratch(nullptr);
}

TEST(Scratch, WhatWasGivenBackIsTakenAgain) {
  void* large = take_scratch(3 << 20);
  void* small = take_scratch(1000);
  give_back_scratch(large);
  give_back_scratch(small);
  EXPECT_EQ(take_scratch(900), small);
  EXPECT_EQ(take_scratch(2 << 20), large);
  void* other = take_scratch(900);  // both are in use
  EXPECT_NE(other, small);
  EXPECT_NE(other, large);
  for (void* block : {large, small, other}) give_back_scratch(block);
}

TEST(Scratch, AHugeBlockDoesNotServeASmallRequest) {
  void* huge = take_scratch(8 << 20);
  give_back_scratch(huge);
  void* small = take_scratch(64);
  EXPECT_NE(small, huge);
  give_back_scratch(small);
}

TEST(Scratch, EachThreadHasItsOwn) {
  void* here = take_scratch(5000);
  give_back_scratch(here);
  void* there = nullptr;
  std::thread([&] {
    there = take_scratch(5000);
    give_back_scratch(there);
  }).join();
  EXPECT_NE(there, here);
  EXPECT_EQ(take_scratch(5000), here);
  give_back_scratch(here);
}

}  // namespace
}  // namespace sganc
